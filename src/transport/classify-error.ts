import { HttpException } from '@nestjs/common';
import type { ErrorCode } from '#contracts/errors.js';
import { AppError } from '#platform/errors/app-error.js';
import { isPostgresUnavailable } from '#platform/errors/postgres-errors.js';

/** What the HTTP server itself refuses, by its own error code. */
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

/** Statuses of errors that a framework or plugin throws; every other one is `internal`. */
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

/** The connection to a store failed: the same request can succeed later. */
const connectionCodes = /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/;
/** A store is away, full or restarting, in the words of the clients and of Redis. */
const storeMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Connection ended|Connection is closed|Query read timeout|Command timed out|Cannot use a pool after calling end|Client has encountered a connection error|Stream isn't writeable|the connection to Redis fell silent|Failed to refresh slots cache|None of startup nodes|Too many Cluster redirections|(CLUSTERDOWN|LOADING|MASTERDOWN|READONLY|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS) )/;

/** Names any error by a code of the catalogue, for every transport. What is unforeseen is `internal`, with the error as its cause. */
export function classifyError(err: unknown): AppError {
  if (err instanceof AppError) return err;
  const code = serverCode(err) ?? statusCode(err);
  if (code !== undefined) return new AppError(code, { detail: details[code], cause: err });
  if (isStoreFailure(err)) return new AppError('overloaded', { detail: 'A store is not reachable at the moment.', cause: err });
  return new AppError('internal', { cause: err });
}

function serverCode(err: unknown): ErrorCode | undefined {
  const code = textField(err, 'code');
  return code === undefined ? undefined : serverCodes[code];
}

function statusCode(err: unknown): ErrorCode | undefined {
  if (err instanceof HttpException) return statuses[err.getStatus()];
  const isOfServer = textField(err, 'code')?.startsWith('FST_') === true || err instanceof SyntaxError || err instanceof URIError;
  if (!isOfServer || typeof err !== 'object' || err === null || !('statusCode' in err) || typeof err.statusCode !== 'number')
    return undefined;
  return statuses[err.statusCode];
}

function isStoreFailure(err: unknown): boolean {
  if (!(err instanceof Error)) return false;
  if (err instanceof AggregateError && err.errors.some(isStoreFailure)) return true;
  if ('driverError' in err && err.driverError !== err && isStoreFailure(err.driverError)) return true;
  const code = textField(err, 'code');
  if (code !== undefined && (isPostgresUnavailable(code) || connectionCodes.test(code))) return true;
  return storeMessages.test(err.message) || err.name === 'MaxRetriesPerRequestError';
}

function textField(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'string' ? field : undefined;
}
