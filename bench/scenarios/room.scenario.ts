import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io-client';
import type { Contender, Scenario } from '../scenario.js';
import { connect, runClosedLoop, type Sender } from '../support/closed-loop.js';
import { figuresOf, runParleyRound } from '../support/parley-load.js';
import { inParallel, ParleyServer } from '../support/parley-server.js';
import { startSocketioEcho } from '../support/socketio-echo.js';

const membersCount = 100;
const sendersCount = 10;
const windowPerSender = 20;

const socketioEcho: Contender = {
  name: 'bare Socket.IO echo',
  async open({ seconds }, defer) {
    const server = await startSocketioEcho();
    defer(() => server.stop());
    const room = randomUUID();
    const sockets = await connectAll(
      Array.from({ length: membersCount }, () => ({ room })),
      server.url,
      defer,
    );
    return async () => figuresOf(await runClosedLoop(sendersOf(sockets, room), sockets, seconds));
  },
};

const parley: Contender = {
  name: 'Parley, embedded',
  async open({ seconds }, defer) {
    const server = await ParleyServer.start();
    defer(() => server.stop());
    const maker = await server.makeUser();
    const others = await inParallel(Array.from({ length: membersCount - 1 }), () => server.makeUser());
    const conversationId = await server.makeGroup(maker, others);
    const sockets = await connectAll(
      [maker, ...others].map(({ token }) => ({ token })),
      server.url,
      defer,
    );
    return () => runParleyRound(server.url, sendersOf(sockets, conversationId), sockets, seconds);
  },
};

/** Deliveries per second in one busy room. */
export const scenario: Scenario = {
  name: 'room',
  summary: `one room of ${membersCount} members, ${sendersCount} of them send with ${windowPerSender} sends under way each`,
  mainFigure: 'deliveriesPerSecond',
  columns: [
    { figure: 'deliveriesPerSecond', title: 'deliveries/s', digits: 0 },
    { figure: 'acksPerSecond', title: 'acks/s', digits: 0 },
    { figure: 'ackP50Ms', title: 'ack p50 ms', digits: 2 },
    { figure: 'ackP99Ms', title: 'ack p99 ms', digits: 2 },
    { figure: 'persistedPerSecond', title: 'persisted rows/s', digits: 0 },
  ],
  contenders: [socketioEcho, parley],
};

async function connectAll(
  auths: readonly Readonly<Record<string, string>>[],
  url: string,
  defer: (end: () => void) => void,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  defer(() => sockets.forEach((socket) => socket.disconnect()));
  await inParallel(auths, async (auth) => void sockets.push(await connect(url, auth)));
  return sockets;
}

function sendersOf(sockets: readonly Socket[], conversationId: string): Sender[] {
  return sockets.slice(0, sendersCount).map((socket) => ({ socket, conversationId, window: windowPerSender }));
}
