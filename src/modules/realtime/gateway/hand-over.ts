import { randomBytes } from 'node:crypto';
import { Agent, type IncomingMessage, request, type Server as HttpServer, type ServerResponse } from 'node:http';
import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { SIBLINGS, type Siblings } from '#platform/siblings/siblings.js';

const sessionId = /^\/socket\.io\/?\?(?:[^#]*&)?sid=([a-z0-9]+)\.[\w-]+/;
/** What Engine.IO says of a session that it does not know: the client begins another one. */
const unknownSession = JSON.stringify({ code: 1, message: 'Session ID unknown' });

/**
 * Several processes on one port: a browser sends the requests of one long-polling session over any of its connections, and so to
 * any process. A session's id names its process; what comes to another one is handed over, upgrades with all that follows them.
 * A client that begins with a WebSocket has one connection and needs none of this.
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

  /** Makes the id of a new session: who holds it, and 120 random bits. */
  newSessionId(): string {
    const secret = randomBytes(15).toString('base64url');
    return this.siblings === null ? secret : `${this.siblings.name}.${secret}`;
  }

  /** Goes in front of everything that listens to the server; to be called after the last of them. */
  attach(server: HttpServer): void {
    const { siblings } = this;
    if (siblings === null) return;
    this.inner = createServer((socket) => server.emit('connection', socket)).listen(siblings.socketOf(siblings.name));
    this.inFrontOf(server, 'request', (owner, message, response: ServerResponse) => this.handOn(owner, message, response));
    this.inFrontOf(server, 'upgrade', (owner, message, socket: Socket, head: Buffer) => this.handOnUpgrade(owner, message, socket, head));
  }

  private inFrontOf<A extends unknown[]>(
    server: HttpServer,
    event: 'request' | 'upgrade',
    handOn: (owner: string, message: IncomingMessage, ...rest: A) => void,
  ): void {
    const listeners = server.listeners(event);
    server.removeAllListeners(event);
    server.on(event, (message: IncomingMessage, ...rest: A) => {
      const owner = sessionId.exec(message.url ?? '')?.[1];
      if (owner !== undefined && owner !== this.siblings?.name) return handOn(owner, message, ...rest);
      for (const listener of listeners) Reflect.apply(listener, server, [message, ...rest]);
    });
  }

  private handOn(owner: string, message: IncomingMessage, response: ServerResponse): void {
    const { method, url: path, headers } = message;
    const socketPath = this.siblings?.socketOf(owner);
    const handed = request({ socketPath, method, path, headers, agent: this.agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    handed.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(400, { 'content-type': 'application/json' }).end(unknownSession);
    });
    response.on('close', () => handed.destroy());
    message.pipe(handed);
  }

  private handOnUpgrade(owner: string, message: IncomingMessage, socket: Socket, head: Buffer): void {
    const handed = connect(this.siblings?.socketOf(owner) ?? '');
    const lines = [`${message.method ?? 'GET'} ${message.url ?? '/'} HTTP/1.1`];
    for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
      lines.push(`${message.rawHeaders[index] ?? ''}: ${message.rawHeaders[index + 1] ?? ''}`);
    }
    handed.write(`${lines.join('\r\n')}\r\n\r\n`);
    if (head.length > 0) handed.write(head);
    for (const [one, other] of [
      [socket, handed],
      [handed, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
  }
}
