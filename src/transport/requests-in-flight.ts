import type { FastifyInstance, onRequestHookHandler, onResponseHookHandler } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import { Slots } from '#platform/slots.js';
import { answerProblem } from './answer-problem.js';
import type { RestReply } from './rest-exchange.js';

declare module 'fastify' {
  interface FastifyReply {
    /** See `RestReply`. */
    inFlight?: RestReply['inFlight'];
  }
}

const sweepIntervalMs = 250;

/**
 * Requests without an answer. Each is answered with `overloaded` when nobody else has answered in time, whatever is waited for: the
 * guard, the rate, the handler. (The server's own `handlerTimeout` ends when the body was read.) Four times a second all are looked
 * at: no request has a timer of its own.
 */
export class RequestsInFlight {
  private readonly replies = new Slots<RestReply>();

  constructor(private readonly timeoutMs: number) {}

  /** Counts a request from now on. */
  begin(reply: RestReply): void {
    reply.inFlight = { slot: this.replies.add(reply), deadline: performance.now() + this.timeoutMs };
  }

  /** It has its answer, or nobody who waits for one. */
  end(reply: RestReply): void {
    if (reply.inFlight !== undefined) this.replies.remove(reply.inFlight.slot, reply);
  }

  /** Counts what the framework is asked from now on. */
  watch(server: FastifyInstance): void {
    const beginInFlight: onRequestHookHandler = (_request, reply, done) => {
      this.begin(reply);
      done();
    };
    const endInFlight: onResponseHookHandler = (_request, reply, done) => {
      this.end(reply);
      done();
    };
    server.addHook('onRequest', beginInFlight);
    server.addHook('onResponse', endInFlight);
    const timer = setInterval(() => this.answerOverdue(performance.now()), sweepIntervalMs).unref();
    server.addHook('onClose', (_server, done) => {
      clearInterval(timer);
      done();
    });
  }

  /** How many have no answer yet, and a client that waits for one. */
  get count(): number {
    this.forgetLeft();
    return this.replies.size;
  }

  /** Answers what took too long. `now` as of `performance.now()`. */
  answerOverdue(now: number): void {
    this.forgetLeft();
    for (const reply of this.replies) {
      const isOverdue = reply.inFlight !== undefined && reply.inFlight.deadline <= now;
      if (isOverdue && !reply.sent) answerProblem(new AppError('overloaded', { detail: 'The answer took too long.' }), reply);
    }
  }

  /** A client that hangs up before its answer leaves no other trace. */
  private forgetLeft(): void {
    for (const reply of this.replies) if (reply.raw.destroyed) this.end(reply);
  }
}
