import type { z } from 'zod';
import type { FieldError } from '#contracts/errors.js';
import { AppError } from '#platform/errors/app-error.js';

const fieldErrorsMax = 20;
const pathCharactersMax = 200;

/** A field that does not fit its schema. */
export interface FieldFault extends FieldError {
  /** Set where the field is too large and nothing else is wrong with it. */
  readonly sizeLimit?: number;
}

/** The fields that did not fit a schema, at most 20. Never contains a value that the caller sent. */
export function fieldFaults(error: z.ZodError): FieldFault[] {
  return error.issues.flatMap(faultsOf).slice(0, fieldErrorsMax);
}

/** The error of input that does not fit: `payload.tooLarge` with the limit if all that is wrong is a size, otherwise `validation.failed`. */
export function inputError(faults: readonly FieldFault[]): AppError {
  const errors = faults.map(({ path, message }) => ({ path, message }));
  const [first] = faults;
  const limit = first?.sizeLimit;
  if (first === undefined || limit === undefined || faults.some(({ sizeLimit }) => sizeLimit === undefined))
    return new AppError('validation.failed', { errors });
  return new AppError('payload.tooLarge', { detail: `${first.path} ${first.message}`, limit, errors });
}

/** The error of a request with a number that would not come back as it was sent. */
export function inexactNumberError(path: string): AppError {
  const message = 'is a number that a 64-bit float cannot hold; send it as a string';
  return new AppError('validation.failed', { errors: [{ path: path.slice(0, pathCharactersMax).toWellFormed(), message }] });
}

function faultsOf(issue: z.core.$ZodIssue): FieldFault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: dotted([...issue.path, key]), message: 'is not a known field' }));
  const sizeLimit: unknown = issue.code === 'custom' ? issue.params?.['sizeLimit'] : undefined;
  const fault = { path: dotted(issue.path), message: issue.message };
  return [typeof sizeLimit === 'number' ? { ...fault, sizeLimit } : fault];
}

/** Well-formed although a key may not be, so that every client can decode the error. */
function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.').slice(0, pathCharactersMax).toWellFormed();
}
