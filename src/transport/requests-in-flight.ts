import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError } from '../platform/errors/app-error.js';
import { Slots } from '../platform/slots.js';

declare module 'fastify' {
  interface FastifyReply {
    /** What `RequestsInFlight` knows of it: its slot, and when it is answered in any case, milliseconds of `performance.now()`. */
    inFlight?: { readonly slot: number; readonly deadline: number };
  }
}

const sweepIntervalMs = 250;

/**
 * Requests without an answer. Each is answered with `overloaded` when nobody else has answered in time, whatever is waited for: the
 * guard, the rate, the handler. (The server's own `handlerTimeout` ends when the body was read.) Four times a second all are looked
 * at: no request has a timer of its own.
 */
export class RequestsInFlight {
  private readonly replies = new Slots<FastifyReply>();

  constructor(private readonly timeoutMs: number) {}

  /** Counts what the server is asked from now on. */
  watch(server: FastifyInstance): void {
    server.addHook('onRequest', (_request, reply, done) => {
      reply.inFlight = { slot: this.replies.add(reply), deadline: performance.now() + this.timeoutMs };
      done();
    });
    server.addHook('onResponse', (_request, reply, done) => {
      this.end(reply);
      done();
    });
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
      if (isOverdue && !reply.sent) void reply.send(new AppError('overloaded', { detail: 'The answer took too long.' }));
    }
  }

  private end(reply: FastifyReply): void {
    if (reply.inFlight !== undefined) this.replies.remove(reply.inFlight.slot, reply);
  }

  /** A client that hangs up before its answer leaves no other trace. */
  private forgetLeft(): void {
    for (const reply of this.replies) if (reply.raw.destroyed) this.end(reply);
  }
}
