import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of one request, socket command or job carries. */
export interface LogFields {
  readonly requestId?: string;
  readonly [field: string]: string | number | undefined;
}

/** Something that log lines are about. Asked for its fields when a line is written: most of what runs writes none. */
export interface LogContext {
  readonly logFields: LogFields;
}

const storage = new AsyncLocalStorage<LogContext>();

/** Runs `fn`, and all it starts, so that its log lines carry these fields beside those of the surrounding context. */
export function runInContext<T>(fields: LogFields, fn: () => T): T {
  return storage.run({ logFields: { ...currentFields(), ...fields } }, fn);
}

/** Runs `fn`, and all it starts, so that its log lines carry the fields of this context, and no others. */
export function runIn<T>(context: LogContext, fn: () => T): T {
  return storage.run(context, fn);
}

/** The fields of the current context. */
export function currentFields(): LogFields {
  return storage.getStore()?.logFields ?? {};
}
