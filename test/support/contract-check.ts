import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type ErrorCode, errorCatalogue } from '#contracts/errors.js';
import { AckError, Problem as ProblemSchema } from '#contracts/failures.js';

/** The body of a failed REST request, without any undeclared field. */
export const Problem = z.strictObject(ProblemSchema.shape);
export type Problem = z.infer<typeof Problem>;

/** The value, if it is exactly what the schema declares. Throws for an undeclared field too. */
export function exactly<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw new Error(`${what} breaks the contract: ${z.prettifyError(result.error)}\n${JSON.stringify(value)}`);
  // Zod's objects drop undeclared fields, so one shows up as a difference.
  if (!isDeepStrictEqual(plain(result.data), plain(value))) {
    throw new Error(`${what} contains undeclared fields\n sent:     ${JSON.stringify(value)}\n declared: ${JSON.stringify(result.data)}`);
  }
  return result.data;
}

/** The code, if it is in the catalogue. Throws with the name of whatever returned it otherwise. */
export function errorCode(code: string, what: string): ErrorCode {
  if (!isErrorCode(code)) throw new Error(`${what} failed with the unknown code ${code}`);
  return code;
}

/** An ack's error, checked against its schema and against `retryable` in the catalogue. */
export function ackError(value: unknown, what: string): AckError & { code: ErrorCode } {
  const error = exactly(AckError, value, what);
  const code = errorCode(error.code, what);
  if (error.retryable !== errorCatalogue[code].retryable) throw new Error(`${what}: ${code} says retryable=${error.retryable}`);
  if (error.requestId === '') throw new Error(`${what}: ${code} carries no requestId`);
  return { ...error, code };
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
