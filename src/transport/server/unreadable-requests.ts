import { randomUUID } from 'node:crypto';
import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '#platform/errors/app-error.js';
import { type Problem, problemType, toProblem } from '../problem.js';

/** What Node's HTTP parser reports about a connection. */
interface ParserError extends Error {
  readonly code?: string;
}

/**
 * Answers a request that Node's HTTP parser refuses, such as one with an unknown method or with headers over their limit, as any other: a
 * problem document with a request id. Then closes the connection, because what follows on it cannot be told apart.
 */
export function answerUnreadable(error: ParserError, socket: Socket, headers: Readonly<Record<string, string>>): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(responseText(toProblem(refusalOf(error), randomUUID()), headers));
  socket.destroySoon();
}

function refusalOf({ code }: ParserError): AppError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new AppError('payload.tooLarge', { detail: `The headers hold at most ${maxHeaderSize} bytes.`, limit: maxHeaderSize });
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('overloaded', { detail: 'The request did not arrive in time.' });
  return new AppError('validation.failed', { detail: 'The request is not HTTP.' });
}

function responseText(problem: Problem, headers: Readonly<Record<string, string>>): string {
  const body = JSON.stringify(problem);
  const all = {
    ...headers,
    'x-request-id': problem.requestId,
    'content-type': problemType,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`, ...lines, '', body].join('\r\n');
}
