import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller.js';

/**
 * Who a request's token speaks for when it was proved before: undefined when it has to be proved, or when there is none. Rejects
 * with `auth.invalidToken` for a session that has ended; never throws at once.
 */
export type RecallCaller = (request: FastifyRequest) => Caller | Promise<Caller> | undefined;

/** The callers that this process knows already, as the module `auth` tells. Until it does, nobody is known. */
@Injectable()
export class KnownCallers {
  recall: RecallCaller = () => undefined;

  /** Says how. Throws when it was said before: two modules would disagree on who is calling. */
  recallWith(recall: RecallCaller): void {
    if (this.isTold) throw new Error('callers are recalled by two modules');
    this.isTold = true;
    this.recall = recall;
  }

  private isTold = false;
}
