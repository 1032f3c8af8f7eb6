import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of one request, socket command or job carries. */
export interface LogFields {
  readonly requestId?: string;
  readonly [field: string]: string | number | undefined;
}

const storage = new AsyncLocalStorage<LogFields>();

/** Runs `fn`, and all it starts, so that its log lines carry these fields beside those of the surrounding context. */
export function runInContext<T>(fields: LogFields, fn: () => T): T {
  return storage.run({ ...storage.getStore(), ...fields }, fn);
}

/** The id of the request or socket command that is being worked on, if there is one. */
export function currentRequestId(): string | undefined {
  return storage.getStore()?.requestId;
}

/** The fields of the current context. */
export function currentFields(): LogFields {
  return storage.getStore() ?? {};
}
