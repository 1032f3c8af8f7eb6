import type { z } from 'zod';
import type { ErrorCode } from './errors.js';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One REST route. `path` names its parameters in braces, as OpenAPI does. `auth` is who may call it at all:
 * deny by default, so it has to be said. `responses` maps each success status to its body (null: none).
 * `errors` lists what this route adds to the errors every route can answer (`commonErrors`).
 */
export interface RouteSpec {
  readonly method: HttpMethod;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly auth: 'user' | 'operator' | 'none';
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly responses: Readonly<Record<number, z.ZodType | null>>;
  readonly errors?: readonly ErrorCode[];
  /** Bytes of request body this route takes, where it is not the default of 256 KiB. */
  readonly bodyBytesMax?: number;
}

/** What any route can answer beside its own errors. Those of `auth` belong to routes that need a token. */
export const commonErrors: readonly ErrorCode[] = ['validation.failed', 'payload.tooLarge', 'rateLimited', 'overloaded', 'internal'];
export const authErrors: readonly ErrorCode[] = ['auth.required', 'auth.invalidToken', 'auth.expired'];
