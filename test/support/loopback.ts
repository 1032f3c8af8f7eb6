import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Server, type ServerOptions, type Socket } from 'socket.io';
import { io as connect } from 'socket.io-client';

/** A Socket.IO server on a loopback port. */
export interface Loopback {
  readonly io: Server;
  readonly url: string;
  close(): Promise<void>;
}

/** A client that records every packet, and its socket on the server. */
export interface Listener {
  readonly socket: Socket;
  readonly heard: string[];
  /** Stops reading, so that packets fill the buffers of the operating system. */
  pause(): void;
  resume(): void;
  /** Sends an event packet unchanged: the ack id, followed by `["name",{}]`. */
  say(packet: string): void;
  /** Sends a packet unchanged, including its type. */
  sayRaw(packet: string): void;
  hangUp(): void;
}

export async function listen(options: Partial<ServerOptions> = {}): Promise<Loopback> {
  const http = createServer();
  const io = new Server(http, { transports: ['websocket', 'polling'], perMessageDeflate: false, maxHttpBufferSize: 1e8, ...options });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { io, url: `http://127.0.0.1:${address.port}`, close: () => io.close() };
}

export async function open(on: Loopback, transports: Array<'polling' | 'websocket'>): Promise<Listener> {
  const client = connect(on.url, { transports, forceNew: true, reconnection: false, autoConnect: false });
  const heard: string[] = [];
  client.io.on('open', () => {
    client.io.engine.on('data', (packet) => {
      if (typeof packet === 'string' && /^[23]\d*\[/.test(packet)) heard.push(packet);
    });
  });
  const connected = new Promise<void>((resolve, reject) => {
    client.once('connect', resolve);
    client.once('connect_error', reject);
  });
  client.connect();
  await connected;
  const socket = client.id === undefined ? undefined : on.io.sockets.sockets.get(client.id);
  if (socket === undefined) throw new Error('the server does not know the client');
  const flow = (verb: 'pause' | 'resume') => {
    const webSocket: unknown = Reflect.get(client.io.engine?.transport ?? {}, 'ws');
    if (typeof webSocket !== 'object' || webSocket === null) return;
    const line: unknown = Reflect.get(webSocket, '_socket');
    if (typeof line === 'object' && line !== null) Reflect.apply(Reflect.get(line, verb), line, []);
  };
  return {
    socket,
    heard,
    pause: () => flow('pause'),
    resume: () => flow('resume'),
    say: (packet) => void client.io.engine.write(`2${packet}`),
    sayRaw: (packet) => void client.io.engine.write(packet),
    hangUp: () => void client.disconnect(),
  };
}

/** Polls until the condition holds. Throws after ten seconds. */
export async function eventually(what: string, isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`timed out: ${what}`);
    await wait(2);
  }
}
