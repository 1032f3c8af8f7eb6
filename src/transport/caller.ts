import type { SessionId, UserId } from '#contracts/primitives.js';

/** Who is calling, as the access token proved it. The same for REST and sockets. */
export interface Caller {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** End of the access token's life, milliseconds since 1970. */
  readonly expiresAt: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the auth guard on routes that need a user. */
    caller?: Caller;
    /** Set by the contract interceptor: parameters, query and body as the route's schemas parsed them. */
    parsed?: { readonly params: unknown; readonly query: unknown; readonly body: unknown };
  }
}
