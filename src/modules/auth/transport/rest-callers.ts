import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../../transport/caller.js';
import { KnownCallers } from '../../../transport/known-callers.js';
import { CallerVerifier } from '../caller-verifier.js';
import { bearerToken } from './access-token.strategy.js';

/** Tells the fast path of hot routes who is calling, where the guard has verified the token before. */
@Injectable()
export class RestCallers implements OnModuleInit {
  constructor(
    private readonly known: KnownCallers,
    private readonly callers: CallerVerifier,
  ) {}

  onModuleInit(): void {
    this.known.recallWith((request) => this.recall(request));
  }

  private recall(request: FastifyRequest): Caller | Promise<Caller> | undefined {
    const token = bearerToken(request);
    return token === null ? undefined : this.callers.recall(token);
  }
}
