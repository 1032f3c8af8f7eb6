import { Logger } from '@nestjs/common';
import type { AckError } from '#contracts/commands.js';
import type { AppError } from '#platform/errors/app-error.js';
import { classifyError } from './classify-error.js';
import { toAck } from './problem.js';

const logger = new Logger('Transport');

/** Writes what the caller is not told to the log: the cause of `internal` and of a store that is away. */
export function reportError(error: AppError, requestId: string): void {
  if (error.code === 'internal') logger.error({ err: error.cause ?? error, requestId }, 'unforeseen error');
  else if (error.code === 'overloaded' && error.cause !== undefined)
    logger.warn({ err: error.cause, requestId }, 'a store is not reachable');
}

/** Any error as the error half of a socket ack; what is unforeseen is logged under the same `requestId`. */
export function toAckError(err: unknown, requestId: string): AckError {
  const error = classifyError(err);
  reportError(error, requestId);
  return toAck(error, requestId);
}
