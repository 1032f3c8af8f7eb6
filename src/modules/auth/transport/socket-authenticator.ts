import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../transport/caller.js';
import { ConnectionAuthenticator } from '../../realtime/connection-authenticator.js';
import { CallerVerifier } from '../infra/caller-verifier.js';

/** Authenticates sockets by the same tokens and checks as REST. */
@Injectable()
export class SocketAuthenticator extends ConnectionAuthenticator {
  constructor(private readonly callers: CallerVerifier) {
    super();
  }

  authenticateToken(token: string): Caller | Promise<Caller> {
    return this.callers.verify(token);
  }

  readmitCaller(caller: Caller): Promise<void> {
    return this.callers.readmitCaller(caller);
  }
}
