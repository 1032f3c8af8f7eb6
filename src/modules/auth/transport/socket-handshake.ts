import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConnectionHooks } from '../../realtime/connection-hooks.js';
import { CallerVerifier } from '../caller-verifier.js';

/** Lets sockets in by the same tokens and checks as REST. */
@Injectable()
export class SocketHandshake implements OnModuleInit {
  constructor(
    private readonly hooks: ConnectionHooks,
    private readonly callers: CallerVerifier,
  ) {}

  onModuleInit(): void {
    this.hooks.authenticateWith(async (token) => this.callers.verify(token));
    this.hooks.readmitWith((caller) => this.callers.readmit(caller));
  }
}
