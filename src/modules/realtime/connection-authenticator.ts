import type { Caller } from '../../transport/caller.js';

/** Verifies who a connection speaks for. Provided by the module that owns access tokens. */
export abstract class ConnectionAuthenticator {
  /** The caller that the handshake's token names. Throws or rejects with an `AppError` of `auth.*` for a token that is not valid now. */
  abstract authenticateToken(token: string): Caller | Promise<Caller>;

  /** Resolves while the caller's session is still valid, and rejects with an `AppError` of `auth.*` once it is not. */
  abstract readmitCaller(caller: Caller): Promise<void>;
}
