import { z } from 'zod';
import type { RouteSpec } from '#contracts/routes.js';
import { type FieldFault, fieldFaults, inputError } from '../field-errors.js';

/** The parts of a request that carry input, as Fastify read them. */
export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Parses the three parts of a request. Throws `validation.failed` or `payload.tooLarge` with every field that does not fit. */
export type RequestParser = (raw: RawInput) => RawInput;

type Part = (value: unknown, errors: FieldFault[]) => unknown;

const plainInteger = /^(0|[1-9]\d{0,15})$/;
const nothing = z.strictObject({});

/** Makes the parser of one route. Integers in path and query arrive as plain decimals and become numbers. */
export function requestParser(route: Pick<RouteSpec, 'params' | 'query' | 'body'>): RequestParser {
  const params = textPart(route.params);
  const query = textPart(route.query);
  const body = bodyPart(route.body);
  return (raw) => {
    const errors: FieldFault[] = [];
    const parsed = { params: params(raw.params, errors), query: query(raw.query, errors), body: body(raw.body, errors) };
    if (errors.length > 0) throw inputError(errors);
    return parsed;
  };
}

function textPart(schema: z.ZodType | undefined): Part {
  if (schema === undefined) return refuseFields;
  const integers = integerFields(schema);
  return (value, errors) => parsePart(schema, coerce(value ?? {}, integers), errors);
}

/** For a part that the route does not take. The schema runs only to name unknown fields, because most requests have none. */
function refuseFields(value: unknown, errors: FieldFault[]): undefined {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) parsePart(nothing, value, errors);
}

function bodyPart(schema: z.ZodType | undefined): Part {
  if (schema !== undefined) return (value, errors) => parsePart(schema, value === undefined ? {} : value, errors);
  return (value, errors) => {
    const isEmpty = value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
    if (!isEmpty) errors.push({ path: '', message: 'this route takes no body' });
    return undefined;
  };
}

function parsePart(schema: z.ZodType, value: unknown, errors: FieldFault[]): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  errors.push(...fieldFaults(result.error));
  return undefined;
}

/** The names of an object schema's number fields, optional or not. */
export function integerFields(schema: z.ZodType): string[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([name, field]) => (isNumber(field) ? [name] : []));
}

function isNumber(field: unknown): boolean {
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable || field instanceof z.ZodDefault) return isNumber(field.unwrap());
  return field instanceof z.ZodNumber;
}

function coerce(value: object, integers: readonly string[]): unknown {
  if (integers.length === 0) return value;
  const fields: Record<string, unknown> = { ...value };
  for (const name of integers) {
    const text = fields[name];
    if (typeof text === 'string' && plainInteger.test(text)) fields[name] = Number(text);
  }
  return fields;
}
