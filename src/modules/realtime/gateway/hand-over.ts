import { randomBytes } from 'node:crypto';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request, type Server as HttpServer, type ServerResponse } from 'node:http';
import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { SIBLINGS, type Siblings } from '#platform/siblings/siblings.js';

const sessionId = /^\/socket\.io\/?\?(?:[^#]*&)?sid=([a-z0-9]+)\.[\w-]+/;
/** What Engine.IO answers for a session that it does not know; the client then begins a new one. */
const unknownSession = JSON.stringify({ code: 1, message: 'Session ID unknown' });
const connectionHeaders = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/**
 * Lets several processes share one port. A browser sends the requests of one long-polling session over any of its connections, and so to
 * any process. The session's id names the process that holds it. Any other process hands the request over to that process, and upgrades
 * with all data that follows. A client that begins with a WebSocket has a single connection and needs no hand-over.
 */
@Injectable()
export class HandOver implements OnApplicationShutdown {
  private readonly agent = new Agent({ keepAlive: true });
  private inner: NetServer | undefined;

  constructor(@Inject(SIBLINGS) private readonly siblings: Siblings | null) {}

  onApplicationShutdown(): void {
    this.inner?.close();
    this.agent.destroy();
  }

  /** Creates the id of a new session from the name of this process and 120 random bits. */
  createSessionId(): string {
    const secret = randomBytes(15).toString('base64url');
    return this.siblings === null ? secret : `${this.siblings.name}.${secret}`;
  }

  /** Places itself in front of all listeners of the server. Call it after the last of them was added. */
  attachTo(server: HttpServer): void {
    const { siblings } = this;
    if (siblings === null) return;
    // `exclusive`: this process accepts the connections of its siblings itself, without a detour over the supervisor.
    const path = siblings.socketPathOf(siblings.name);
    this.inner = createServer((socket) => server.emit('connection', socket)).listen({ path, exclusive: true });
    this.intercept(server, 'request', (owner, message, response: ServerResponse) => this.forwardRequest(owner, message, response));
    this.intercept(server, 'upgrade', (owner, message, socket: Socket, head: Buffer) => this.forwardUpgrade(owner, message, socket, head));
  }

  private intercept<A extends unknown[]>(
    server: HttpServer,
    event: 'request' | 'upgrade',
    forward: (owner: string, message: IncomingMessage, ...rest: A) => void,
  ): void {
    const listeners = server.listeners(event);
    server.removeAllListeners(event);
    server.on(event, (message: IncomingMessage, ...rest: A) => {
      const owner = sessionId.exec(message.url ?? '')?.[1];
      if (owner !== undefined && owner !== this.siblings?.name) return forward(owner, message, ...rest);
      for (const listener of listeners) Reflect.apply(listener, server, [message, ...rest]);
    });
  }

  private forwardRequest(owner: string, message: IncomingMessage, response: ServerResponse): void {
    const { method, url: path } = message;
    const socketPath = this.siblings?.socketPathOf(owner);
    const headers = withoutConnectionHeaders(message.headers);
    const forwarded = request({ socketPath, method, path, headers, agent: this.agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, withoutConnectionHeaders(answer.headers));
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    forwarded.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(400, { 'content-type': 'application/json' }).end(unknownSession);
    });
    response.on('close', () => forwarded.destroy());
    message.pipe(forwarded);
  }

  private forwardUpgrade(owner: string, message: IncomingMessage, socket: Socket, head: Buffer): void {
    const forwarded = connect(this.siblings?.socketPathOf(owner) ?? '');
    const lines = [`${message.method ?? 'GET'} ${message.url ?? '/'} HTTP/1.1`];
    for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
      lines.push(`${message.rawHeaders[index] ?? ''}: ${message.rawHeaders[index + 1] ?? ''}`);
    }
    forwarded.write(`${lines.join('\r\n')}\r\n\r\n`);
    if (head.length > 0) forwarded.write(head);
    for (const [one, other] of [
      [socket, forwarded],
      [forwarded, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
  }
}

/**
 * Headers that concern one connection are not forwarded (RFC 9110, section 7.6.1). With the client's `connection: close`, the sibling
 * would close its connection as soon as it has answered, which can be before this process has finished the request, and that fails (EPIPE).
 */
function withoutConnectionHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.has(name)));
}
