import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '#platform/errors/app-error.js';
import { runInContext } from '#platform/logging/context.js';
import { requestIdFrom } from '#platform/logging/request-id.js';
import type { AnsweredRequests } from '../answered-requests.js';
import { answerProblem } from '../answer-problem.js';
import type { Caller } from '../caller.js';
import { parseJson } from '../http-server.js';
import type { RequestsInFlight } from '../requests-in-flight.js';
import type { RestRequest } from '../rest-exchange.js';
import { DoorReply } from './door-reply.js';
import type { HotDispatcher } from './hot-dispatcher.js';
import type { HotEndpoint } from './hot-endpoints.js';
import { type PlainRequest, plainRequest } from './plain-requests.js';
import { readBody } from './read-body.js';

/** What holds for every answer, and who counts and tells of it. */
export interface DoorRules {
  readonly inFlight: RequestsInFlight;
  readonly answered: AnsweredRequests;
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the framework has to answer all: it knows how to refuse. */
  readonly isShut: () => boolean;
}

/**
 * Answers plain requests of hot routes on the bare HTTP server: what the framework does for each request, without the framework. Any
 * request that is unusual, or whose caller is not known yet, is left to the framework, untouched.
 */
export class HotDoor {
  private readonly standing: readonly string[];

  constructor(
    private readonly dispatcher: HotDispatcher,
    private readonly rules: DoorRules,
  ) {
    this.standing = Object.entries(rules.headers).flat();
  }

  /** Whether it answers the request, sooner or later. */
  take(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
    const plain = this.rules.isShut() ? undefined : plainRequest(incoming);
    const endpoint = plain === undefined ? undefined : this.dispatcher.endpointOf(plain.name);
    const caller = endpoint === undefined ? undefined : this.dispatcher.recall(incoming);
    if (plain === undefined || endpoint === undefined || caller === undefined) return false;
    this.begin(incoming, outgoing, { plain, endpoint, caller });
    return true;
  }

  private begin(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    { plain, endpoint, caller }: { plain: PlainRequest; endpoint: HotEndpoint; caller: Caller },
  ): void {
    const request = new DoorRequest(incoming, plain.params);
    const startedAt = performance.now();
    const reply = new DoorReply(request, outgoing, this.standing, () => this.end(reply, endpoint, startedAt));
    this.rules.inFlight.begin(reply);
    readBody(
      incoming,
      (body) => runInContext({ requestId: request.id }, () => this.run(endpoint, caller, body, reply, request)),
      (cause) => answerProblem(new AppError('validation.failed', { detail: 'The request could not be read.', cause }), reply),
    );
  }

  private run(endpoint: HotEndpoint, caller: Caller, body: Buffer, reply: DoorReply, request: DoorRequest): void {
    if (reply.sent) return;
    try {
      request.body = parseJson(body);
    } catch (err) {
      // As the framework does where a body cannot be read.
      answerProblem(err, reply.header('connection', 'close'));
      return;
    }
    void this.dispatcher.answer(endpoint, caller, request, reply);
  }

  private end(reply: DoorReply, { route, path }: HotEndpoint, startedAt: number): void {
    this.rules.inFlight.end(reply);
    this.rules.answered.tell({
      requestId: reply.request.id,
      method: route.method,
      route: path,
      status: reply.statusCode,
      ms: performance.now() - startedAt,
    });
  }
}

class DoorRequest implements RestRequest {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly query = {};
  body: unknown = undefined;
  caller?: Caller;
  parsed?: RestRequest['parsed'];

  constructor(
    incoming: IncomingMessage,
    readonly params: Readonly<Record<string, string>>,
  ) {
    this.headers = incoming.headers;
    this.id = requestIdFrom(incoming.headers['x-request-id']);
  }

  /** Behind proxies it is the framework that knows it. */
  get ip(): string {
    throw new Error('the hot door knows callers, not addresses');
  }
}
