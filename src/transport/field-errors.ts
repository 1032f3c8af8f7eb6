import type { z } from 'zod';
import type { FieldError } from '#contracts/errors.js';

const fieldErrorsMax = 20;

/** The fields that did not fit a schema, at most 20. Never contains a value that the caller sent. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap(linesOf).slice(0, fieldErrorsMax);
}

function linesOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path.map(String).join('.'), message: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path.map(String), key].join('.').slice(0, 200), message: 'is not a known field' }));
}
