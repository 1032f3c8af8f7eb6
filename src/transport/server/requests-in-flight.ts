import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import { Slots } from '#platform/slots.js';
import { PeriodicTimer } from '#platform/timers/periodic-timer.js';
import { sendProblem } from '../send-problem.js';

declare module 'fastify' {
  interface FastifyReply {
    /** Its place in `RequestsInFlight`, and when it is answered at the latest, in milliseconds of `performance.now()`. */
    inFlight?: { readonly slot: number; readonly deadline: number };
  }
}

const sweepIntervalMs = 250;

/**
 * The requests that have no answer yet. One that takes too long, in the guard, the rate limit or the handler, is answered with
 * `overloaded`. (Fastify's `handlerTimeout` does not do: it ends when the body has been read.) A sweep looks at all of them four times a
 * second, because a timer per request costs more.
 */
export class RequestsInFlight {
  private readonly replies = new Slots<FastifyReply>();

  constructor(private readonly timeoutMs: number) {}

  /** Tracks the requests of a server from now on. */
  watchServer(server: FastifyInstance): void {
    server.addHook('onRequest', (_request, reply, done) => {
      reply.inFlight = { slot: this.replies.addItem(reply), deadline: performance.now() + this.timeoutMs };
      done();
    });
    server.addHook('onResponse', (_request, reply, done) => {
      this.remove(reply);
      done();
    });
    const answerOverdue = () => this.answerOverdue(performance.now());
    const timer = new PeriodicTimer('answerOverdue', sweepIntervalMs, answerOverdue, new Logger(RequestsInFlight.name));
    timer.start();
    server.addHook('onClose', (_server, done) => {
      timer.stop();
      done();
    });
  }

  /** Requests without an answer whose clients still wait. */
  get count(): number {
    this.removeAbandoned();
    return this.replies.size;
  }

  /** Answers the requests whose deadline has passed. `now` is a time of `performance.now()`. */
  answerOverdue(now: number): void {
    this.removeAbandoned();
    for (const reply of this.replies) {
      const isOverdue = reply.inFlight !== undefined && reply.inFlight.deadline <= now;
      if (isOverdue && !reply.sent) sendProblem(reply, new AppError('overloaded', { detail: 'The answer took too long.' }));
    }
  }

  /** A client that hangs up before its answer causes no other event. */
  private removeAbandoned(): void {
    for (const reply of this.replies) if (reply.raw.destroyed) this.remove(reply);
  }

  private remove(reply: FastifyReply): void {
    if (reply.inFlight !== undefined) this.replies.removeItem(reply.inFlight.slot, reply);
  }
}
