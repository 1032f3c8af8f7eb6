import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Caller } from '../../../transport/caller.js';
import { type CallerMemory, type CallerTrace, KnownCallers } from '../../../transport/known-callers.js';
import { CallerVerifier } from '../caller-verifier.js';
import { bearerToken } from './access-token.strategy.js';

/** Tells the fast path of hot routes who is calling, where the guard has verified the token before. */
@Injectable()
export class RestCallers implements CallerMemory, OnModuleInit {
  constructor(
    private readonly known: KnownCallers,
    private readonly callers: CallerVerifier,
  ) {}

  onModuleInit(): void {
    this.known.recallWith(this);
  }

  recall(request: CallerTrace): Caller | undefined {
    const token = bearerToken(request);
    return token === null ? undefined : this.callers.provenCaller(token);
  }

  admit(caller: Caller): Caller | Promise<Caller> {
    return this.callers.admit(caller);
  }
}
