import { Injectable } from '@nestjs/common';
import type { FastifyInstance, onResponseHookHandler } from 'fastify';

/** A request that has its answer, or whose client left before it. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  /** As the router writes it, `/v1/users/:userId`; null where no route fits. */
  readonly route: string | null;
  readonly status: number;
  /** From the request's head to the end of its answer. */
  readonly ms: number;
}

type Listener = (answered: AnsweredRequest) => void;

/** Tells of every answered request, whoever answered it. */
@Injectable()
export class AnsweredRequests {
  private readonly listeners: Listener[] = [];

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  tell(answered: AnsweredRequest): void {
    for (const listener of this.listeners) listener(answered);
  }

  /** Tells of those that the framework answers. */
  watch(server: FastifyInstance): void {
    const tellAnswered: onResponseHookHandler = (request, reply, done) => {
      this.tell({
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        ms: reply.elapsedTime,
      });
      done();
    };
    server.addHook('onResponse', tellAnswered);
  }
}
