import { AsyncLocalStorage } from 'node:async_hooks';

/** Fields of every log line of one request, socket command or job. */
export interface LogFields {
  readonly requestId?: string;
  readonly [field: string]: string | number | undefined;
}

/** The subject of log lines. Its fields are read only when a line is written, because most work writes none. */
export interface LogContext {
  readonly logFields: LogFields;
}

const storage = new AsyncLocalStorage<LogContext>();

/** Runs `fn`, and everything it starts, with these fields on its log lines beside those of the surrounding context. */
export function runWithFields<T>(fields: LogFields, fn: () => T): T {
  return storage.run({ logFields: { ...currentFields(), ...fields } }, fn);
}

/** Runs `fn`, and everything it starts, with only the fields of this context on its log lines. */
export function runWithContext<T>(context: LogContext, fn: () => T): T {
  return storage.run(context, fn);
}

/** The fields of the current context. */
export function currentFields(): LogFields {
  return storage.getStore()?.logFields ?? {};
}
