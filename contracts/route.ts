import type { z } from 'zod';
import type { ErrorCode } from './errors.js';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One REST route. */
export interface RouteSpec {
  readonly method: HttpMethod;
  /** Parameters stand in braces, as in OpenAPI. */
  readonly path: string;
  readonly tag: string;
  /** What the route does, in a few words. */
  readonly summary: string;
  /** What a client has to know to use it. */
  readonly description: string;
  /** Who may call the route. It has no default, so that no route is public by accident. */
  readonly auth: 'user' | 'operator' | 'none';
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** The body of each success status; null for a response without a body. */
  readonly responses: Readonly<Record<number, z.ZodType | null>>;
  /** The errors this route adds to those that any route can answer with (`commonErrors`). */
  readonly errors?: readonly ErrorCode[];
  /** The largest request body in bytes, where it is not the default of 256 KiB. */
  readonly bodyBytesMax?: number;
  /** A request and the body of its response. */
  readonly example: RouteExample;
}

/** One value for each part of the request, and the response unless it has no body. */
export interface RouteExample {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly response?: unknown;
}

type Part = 'params' | 'query' | 'body';
type ResponseSchema<R extends Pick<RouteSpec, 'responses'>> = Extract<R['responses'][keyof R['responses']], z.ZodType>;

/** The example a route must have: one value for each of its schemas. */
type ExampleOf<R extends Omit<RouteSpec, 'example'>> = {
  readonly [K in Part as R extends Record<K, z.ZodType> ? K : never]: R extends Record<K, infer S extends z.ZodType> ? z.input<S> : never;
} & ([ResponseSchema<R>] extends [never] ? { readonly response?: undefined } : { readonly response: z.input<ResponseSchema<R>> });

/** Types a route's example by the route's own schemas. */
export function route<R extends Omit<RouteSpec, 'example'>>(
  spec: R & { readonly example: ExampleOf<R> },
): R & { readonly example: RouteExample } {
  return spec;
}

/** The errors any route can answer with. */
export const commonErrors: readonly ErrorCode[] = ['validation.failed', 'payload.tooLarge', 'rateLimited', 'overloaded', 'internal'];

/** The errors of a route that needs a token. */
export const authErrors: readonly ErrorCode[] = ['auth.required', 'auth.invalidToken', 'auth.expired'];
