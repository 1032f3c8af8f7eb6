import { pino, type DestinationStream, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';
import { currentFields } from './context.js';
import { loggedError } from './log-error.js';

export type Log = Logger;

export interface LogOptions {
  readonly level: string;
  /** Readable lines instead of JSON. Default: when stdout is a terminal. */
  readonly isPretty?: boolean;
  /** Default: stdout. */
  readonly destination?: DestinationStream;
}

const hidden = ['password', 'token', 'accessToken', 'refreshToken', 'authorization', 'cookie', 'secret', 'authSecret', 'body', 'text'];
const redactPaths = hidden.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** The process's log: JSON lines with the fields of the current context. Fields with the names of secrets and of users' texts are hidden. */
export function createLog({
  level,
  isPretty = process.stdout.isTTY,
  destination = pino.destination({ fd: 1, sync: false }),
}: LogOptions): Log {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => ({ ...currentFields() }),
      serializers: { err: (error: unknown) => loggedError(error) },
      redact: { paths: redactPaths, censor: '[hidden]' },
    },
    isPretty ? PinoPretty({ destination, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', singleLine: true }) : destination,
  );
}

/** Resolves when every line is written, or after a second. Call it before the process exits. */
export function flushLog(log: Log): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1000).unref();
    log.flush(() => resolve());
  });
}
