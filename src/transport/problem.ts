import type { AckError } from '#contracts/commands.js';
import { errorCatalogue, type ErrorCode, type ErrorSpec, type FieldError } from '#contracts/errors.js';
import type { AppError } from '#platform/errors/app-error.js';

/** The RFC 9457 problem details of a REST error. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly requestId: string;
  readonly retryAfterMs?: number;
  readonly limit?: number;
  readonly errors?: readonly FieldError[];
}

/** The media type of a REST error. */
export const problemType = 'application/problem+json; charset=utf-8';

const overloadedRetryAfterMs = 1000;

/** The body of a REST error. Never reveals the cause. */
export function toProblem(error: AppError, requestId: string): Problem {
  const spec = specOf(error);
  return {
    type: `/docs/errors#${error.code}`,
    title: spec.title,
    status: spec.status,
    code: error.code,
    detail: error.detail ?? spec.meaning,
    requestId,
    ...extras(error),
  };
}

/** The error of a socket ack. Never reveals the cause. */
export function toAck(error: AppError, requestId: string): AckError {
  const spec = specOf(error);
  return { code: error.code, message: error.detail ?? spec.meaning, retryable: spec.retryable, requestId, ...extras(error) };
}

function specOf(error: AppError): ErrorSpec {
  return errorCatalogue[error.code];
}

function extras(error: AppError): { retryAfterMs?: number; limit?: number; errors?: FieldError[] } {
  const retryAfterMs = error.retryAfterMs ?? (error.code === 'overloaded' ? overloadedRetryAfterMs : undefined);
  return {
    ...(retryAfterMs !== undefined && { retryAfterMs: Math.max(0, Math.ceil(retryAfterMs)) }),
    ...(error.limit !== undefined && { limit: error.limit }),
    ...(error.errors !== undefined && { errors: [...error.errors] }),
  };
}
