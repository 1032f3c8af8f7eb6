import { errorCode, errorMessage } from '../errors/error-facts.js';

/** An error as a log line shows it. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const causesMax = 5;

/** Name, message, code, stack and causes of an error, and nothing else: database errors carry rows and parameters, which contain users' texts. */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: errorMessage(error) };
  const cause = error.cause !== undefined && depth < causesMax ? loggedError(error.cause, depth + 1) : undefined;
  return { type: error.name, message: error.message, code: errorCode(error), stack: error.stack, cause };
}
