import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller.js';

/**
 * Who a request's token speaks for when it was proved before: undefined when it has to be proved, or when there is none. Rejects
 * with `auth.invalidToken` for a session that has ended; never throws at once.
 */
export type RecallCaller = (request: FastifyRequest) => Caller | Promise<Caller> | undefined;

/** The callers that this process knows already, as the module `auth` tells. */
@Injectable()
export class KnownCallers {
  private tell: RecallCaller | undefined;

  /** Says how callers are recalled. Throws the second time: two modules would disagree on who is calling. */
  recallWith(recall: RecallCaller): void {
    if (this.tell !== undefined) throw new Error('callers are recalled by two modules');
    this.tell = recall;
  }

  /** Whether anybody said how. */
  get areTold(): boolean {
    return this.tell !== undefined;
  }

  recall(request: FastifyRequest): Caller | Promise<Caller> | undefined {
    return this.tell?.(request);
  }
}
