import type { Caller } from './caller.js';

/** Proves who is calling. The module `auth` provides it; the fast path of hot routes asks it as Nest's guard does. */
export abstract class TokenVerifier {
  /**
   * The caller that an access token names, while its session is open. Answers without a promise when the token and its session are in
   * memory. Rejects with `auth.required` for an empty token, `auth.expired`, or `auth.invalidToken`.
   */
  abstract verify(token: string): Caller | Promise<Caller>;
}
