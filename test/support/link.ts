import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A proxy to a server that can be made to fail while it is in use. */
export interface Link {
  readonly port: number;
  /** Drops the next reply: the connection is closed instead. */
  loseNextReply(): void;
  /** Closes all open connections, and every new one immediately. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Listens on a free loopback port and forwards to the server at `port`. */
export async function openLink(port: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let isLosing = false;
  let isCut = false;
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (!isLosing) return void client.write(chunk);
      isLosing = false;
      client.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the link has no port');
  return {
    port: address.port,
    loseNextReply: () => {
      isLosing = true;
    },
    cut: () => {
      isCut = true;
      endAll();
    },
    mend: () => {
      isCut = false;
    },
    close: async () => {
      server.close();
      endAll();
      await once(server, 'close');
    },
  };
}
