import type { SessionId, UserId } from '#contracts/primitives.js';

/** The user and session that an access token proved, for REST and sockets alike. */
export interface Caller {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** When the access token expires, in milliseconds since 1970. */
  readonly expiresAt: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on routes that need a user, once the access token is verified. */
    caller?: Caller;
    /** Set by `RouteChecks`: parameters, query and body as the route's schemas parsed them. */
    parsed?: { readonly params: unknown; readonly query: unknown; readonly body: unknown };
  }
}
