import { Logger } from '@nestjs/common';
import type { AckError } from '#contracts/commands.js';
import type { AppError } from '#platform/errors/app-error.js';
import { classifyError } from './classify-error.js';
import { toAck } from './problem.js';

const logger = new Logger('Transport');

/** Logs the cause of `internal` and of a store failure, which the caller must not see. */
export function reportError(error: AppError, requestId: string): void {
  if (error.code === 'internal') logger.error({ err: error.cause ?? error, requestId }, 'unforeseen error');
  else if (error.code === 'overloaded' && error.cause !== undefined)
    logger.warn({ err: error.cause, requestId }, 'a store is not reachable');
}

/** Turns any error into the error of a socket ack. Logs server faults under the same `requestId`. */
export function toAckError(error: unknown, requestId: string): AckError {
  const classified = classifyError(error);
  reportError(classified, requestId);
  return toAck(classified, requestId);
}
