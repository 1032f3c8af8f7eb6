import { errorCatalogue, type ErrorCode } from '#contracts/errors.js';
import { authErrors, commonErrors, type RouteSpec } from '#contracts/routes.js';
import type { JsonSchema } from './contract-schemas.js';

/** Every code a route can answer with: its own, those of its authentication, and the common ones. */
export function errorsOfRoute(route: RouteSpec): ErrorCode[] {
  const ofAuth: Readonly<Record<RouteSpec['auth'], readonly ErrorCode[]>> = {
    user: authErrors,
    operator: [...authErrors, 'forbidden'],
    none: [],
  };
  return [...new Set([...(route.errors ?? []), ...ofAuth[route.auth], ...commonErrors])];
}

/** The media type and schema of an error response. */
export interface ErrorContent {
  readonly 'application/problem+json': { readonly schema: JsonSchema };
}

/** Collects the error responses of all routes, so that each set of codes is written once. */
export class ErrorResponses {
  private readonly written = new Map<string, unknown>();

  /** The route's error responses by status, as references. Omits a status for which the route has a body of its own. */
  of(route: RouteSpec): Record<string, unknown> {
    const entries = [...codesByStatus(errorsOfRoute(route))].map(([status, codes]): [string, unknown] => {
      const own = route.responses[status];
      return [String(status), own ? undefined : this.reference(status, codes)];
    });
    return Object.fromEntries(entries.filter(([, response]) => response !== undefined));
  }

  components(): Record<string, unknown> {
    return Object.fromEntries([...this.written].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private reference(status: number, codes: readonly ErrorCode[]): { $ref: string } {
    const name = codes.map(pascalCase).join('Or');
    this.written.set(name, errorResponse(status, codes));
    return { $ref: `#/components/responses/${name}` };
  }
}

/** The content of a response with these codes. */
export function errorContent(codes: readonly ErrorCode[]): ErrorContent {
  return {
    'application/problem+json': {
      schema: {
        allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', properties: { code: { type: 'string', enum: [...codes] } } }],
      },
    },
  };
}

/** The codes grouped by status, in the order of the catalogue. */
export function codesByStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = errorCatalogue[code];
    groups.set(status, [...(groups.get(status) ?? []), code].sort(byCatalogue));
  }
  return new Map([...groups].sort(([a], [b]) => a - b));
}

const order = Object.keys(errorCatalogue);

function byCatalogue(a: ErrorCode, b: ErrorCode): number {
  return order.indexOf(a) - order.indexOf(b);
}

function errorResponse(status: number, codes: readonly ErrorCode[]): unknown {
  const description = codes.map((code) => `\`${code}\`: ${errorCatalogue[code].meaning}`).join('\n\n');
  const canWait = codes.some((code) => errorCatalogue[code].retryable) && status !== 500;
  const headers = {
    'Retry-After': { description: 'Seconds after which the same request may succeed.', schema: { type: 'integer', minimum: 0 } },
  };
  return { description, ...(canWait ? { headers } : {}), content: errorContent(codes) };
}

function pascalCase(code: ErrorCode): string {
  return code
    .split('.')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
