import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from './caller.js';
import type { RawInput } from './parse-request.js';

/** What checks and handlers read of a request. The framework's own has it, and so has one that is answered before the framework. */
export interface RestRequest extends RawInput {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly ip: string;
  /** Set once it is known who is calling. */
  caller?: Caller;
  /** Set once the schemas were passed: parameters, query and body as they parsed them. */
  parsed?: RawInput;
}

/** What handlers and errors do with an answer. The framework's own has it, and so has one that is given before the framework. */
export interface RestReply {
  readonly request: RestRequest;
  readonly sent: boolean;
  readonly raw: { readonly headersSent: boolean; readonly destroyed: boolean };
  /** What `RequestsInFlight` knows of it: its slot, and when it is answered in any case, milliseconds of `performance.now()`. */
  inFlight?: { readonly slot: number; readonly deadline: number };
  status(code: number): RestReply;
  header(name: string, value: string): RestReply;
  /** Answers with this as JSON. Throws, and has sent nothing, for what JSON cannot hold. */
  send(body: unknown): RestReply;
}
