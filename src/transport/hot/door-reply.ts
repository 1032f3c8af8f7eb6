import type { ServerResponse } from 'node:http';
import { jsonOf } from '#platform/json-text.js';
import type { RestReply, RestRequest } from '../rest-exchange.js';

const jsonType = 'application/json; charset=utf-8';

/** The answer to a request of the hot door: JSON, written in one piece. */
export class DoorReply implements RestReply {
  sent = false;
  statusCode = 200;
  inFlight?: RestReply['inFlight'];
  private type = jsonType;
  private readonly more: string[] = [];

  /** `standing`: names and values of the headers of every answer, in turn. `onEnd`: called once, when the answer is out or its client is gone. */
  constructor(
    readonly request: RestRequest,
    readonly raw: ServerResponse,
    private readonly standing: readonly string[],
    private readonly onEnd: (reply: DoorReply) => void,
  ) {}

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  header(name: string, value: string): this {
    if (name === 'content-type') this.type = value;
    else this.more.push(name, value);
    return this;
  }

  send(body: unknown): this {
    if (this.sent) return this;
    const text = jsonOf(body);
    this.sent = true;
    if (this.raw.destroyed) this.onEnd(this);
    else this.raw.once('close', () => this.onEnd(this));
    this.raw.writeHead(this.statusCode, this.head(Buffer.byteLength(text)));
    this.raw.end(text);
    return this;
  }

  private head(bodyBytes: number): string[] {
    const own = ['x-request-id', this.request.id, 'content-type', this.type, 'content-length', String(bodyBytes)];
    return this.standing.concat(own, this.more);
  }
}
