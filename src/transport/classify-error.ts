import { HttpException } from '@nestjs/common';
import type { ErrorCode } from '#contracts/errors.js';
import { AppError } from '#platform/errors/app-error.js';
import { isPostgresUnavailable } from '#platform/errors/postgres-errors.js';

/** Fastify's own refusals by its error code. */
const serverCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload.tooLarge',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'validation.failed',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'validation.failed',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'validation.failed',
  FST_ERR_CTP_INVALID_JSON_BODY: 'validation.failed',
  FST_ERR_BAD_URL: 'validation.failed',
  FST_ERR_ASYNC_CONSTRAINT: 'route.notFound',
  FST_ERR_NOT_FOUND: 'route.notFound',
  FST_ERR_HANDLER_TIMEOUT: 'overloaded',
};

/** Statuses of errors that Nest, Fastify or a plugin throws. Any other status is `internal`. */
const statuses: Readonly<Record<number, ErrorCode>> = {
  400: 'validation.failed',
  401: 'auth.required',
  403: 'forbidden',
  404: 'route.notFound',
  405: 'route.notFound',
  408: 'overloaded',
  413: 'payload.tooLarge',
  414: 'validation.failed',
  415: 'validation.failed',
  422: 'validation.failed',
  429: 'rateLimited',
  431: 'payload.tooLarge',
  503: 'overloaded',
};

const details: Partial<Record<ErrorCode, string>> = {
  'validation.failed': 'The request could not be read.',
  'payload.tooLarge': 'The request is over its size limit.',
};

/** The connection to a store failed, so the same request can succeed later. */
const connectionCodes = /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/;
/** Messages of store clients and of Redis that mean that a store is away, full or restarting. */
const storeMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Connection ended|Connection is closed|Query read timeout|Command timed out|Cannot use a pool after calling end|Client has encountered a connection error|Stream isn't writeable|the connection to Redis fell silent|Failed to refresh slots cache|None of startup nodes|Too many Cluster redirections|(CLUSTERDOWN|LOADING|MASTERDOWN|READONLY|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS) )/;

/** Classifies any error by a code of the catalogue, for every transport. An unforeseen error is `internal`, with the error as its cause. */
export function classifyError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = serverCode(error) ?? statusCode(error);
  if (code !== undefined) return new AppError(code, { detail: details[code], cause: error });
  if (isStoreFailure(error)) return new AppError('overloaded', { detail: 'A store is not reachable at the moment.', cause: error });
  return new AppError('internal', { cause: error });
}

function serverCode(error: unknown): ErrorCode | undefined {
  const code = textField(error, 'code');
  return code === undefined ? undefined : serverCodes[code];
}

function statusCode(error: unknown): ErrorCode | undefined {
  if (error instanceof HttpException) return statuses[error.getStatus()];
  const isOfServer = textField(error, 'code')?.startsWith('FST_') === true || error instanceof SyntaxError || error instanceof URIError;
  if (!isOfServer || typeof error !== 'object' || error === null || !('statusCode' in error) || typeof error.statusCode !== 'number')
    return undefined;
  return statuses[error.statusCode];
}

function isStoreFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isStoreFailure)) return true;
  if ('driverError' in error && error.driverError !== error && isStoreFailure(error.driverError)) return true;
  const code = textField(error, 'code');
  if (code !== undefined && (isPostgresUnavailable(code) || connectionCodes.test(code))) return true;
  return storeMessages.test(error.message) || error.name === 'MaxRetriesPerRequestError';
}

function textField(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'string' ? field : undefined;
}
