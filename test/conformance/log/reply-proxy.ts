import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface ReplyProxy {
  readonly url: string;
  /** The next reply does not arrive: the connection ends when it comes. */
  loseNextReply(): void;
  close(): Promise<void>;
}

/** Stands between a client and the server at `port`, and can lose replies whose commands had their effect. */
export async function openReplyProxy(port: number): Promise<ReplyProxy> {
  const sockets = new Set<Socket>();
  let isLosing = false;
  const server = createServer((client) => {
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
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    loseNextReply: () => {
      isLosing = true;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
