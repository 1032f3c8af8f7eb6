import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Caller } from './caller.js';

/** What is asked of a request to know its caller again. */
export interface CallerTrace {
  readonly headers: IncomingHttpHeaders;
}

/** Who knows callers again. */
export interface CallerMemory {
  /** Whom the request's token speaks for, where it was proved before; undefined when it has to be proved, or when there is none. */
  recall(request: CallerTrace): Caller | undefined;
  /** The caller, if the token and its session still stand. Rejects with `auth.expired` or `auth.invalidToken`; never throws at once. */
  admit(caller: Caller): Caller | Promise<Caller>;
}

/** The callers that this process knows already, as the module `auth` tells. */
@Injectable()
export class KnownCallers {
  private memory: CallerMemory | undefined;

  /** Says who knows callers again. Throws the second time: two modules would disagree on who is calling. */
  recallWith(memory: CallerMemory): void {
    if (this.memory !== undefined) throw new Error('callers are recalled by two modules');
    this.memory = memory;
  }

  /** Whether anybody said so. */
  get areTold(): boolean {
    return this.memory !== undefined;
  }

  recall(request: CallerTrace): Caller | undefined {
    return this.memory?.recall(request);
  }

  admit(caller: Caller): Caller | Promise<Caller> {
    return this.memory === undefined ? Promise.reject(new Error('nobody recalls callers')) : this.memory.admit(caller);
  }
}
