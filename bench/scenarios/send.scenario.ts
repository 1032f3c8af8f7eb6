import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io-client';
import type { Contender, Scenario } from '../scenario.js';
import { connect, runClosedLoop, type Sender } from '../support/closed-loop.js';
import { figuresOf, runParleyRound } from '../support/parley-load.js';
import { inParallel, ParleyServer } from '../support/parley-server.js';
import { startSocketioEcho } from '../support/socketio-echo.js';

/** Two users of one conversation: one sends and waits for each ack, both are delivered every message. */
const socketioEcho: Contender = {
  name: 'bare Socket.IO echo',
  async open({ pairs, seconds }, defer) {
    const server = await startSocketioEcho();
    defer(() => server.stop());
    const sockets: Socket[] = [];
    defer(() => sockets.forEach((socket) => socket.disconnect()));
    const senders = await inParallel(Array.from({ length: pairs }), async (): Promise<Sender> => {
      const room = randomUUID();
      const [sender, receiver] = [await connect(server.url, { room }), await connect(server.url, { room })];
      sockets.push(sender, receiver);
      return { socket: sender, conversationId: room, window: 1 };
    });
    return async () => figuresOf(await runClosedLoop(senders, sockets, seconds));
  },
};

const parley: Contender = {
  name: 'Parley, embedded',
  async open({ pairs, seconds }, defer) {
    const server = await ParleyServer.start();
    defer(() => server.stop());
    const sockets: Socket[] = [];
    defer(() => sockets.forEach((socket) => socket.disconnect()));
    const senders = await inParallel(Array.from({ length: pairs }), async (): Promise<Sender> => {
      const [one, other] = [await server.makeUser(), await server.makeUser()];
      const conversationId = await server.makeDirect(one, other);
      const [sender, receiver] = [await connect(server.url, { token: one.token }), await connect(server.url, { token: other.token })];
      sockets.push(sender, receiver);
      return { socket: sender, conversationId, window: 1 };
    });
    return () => runParleyRound(server.url, senders, sockets, seconds);
  },
};

/** Sends per second when every send waits for its acknowledgement, and what is acknowledged is stored. */
export const scenario: Scenario = {
  name: 'send',
  summary: 'pairs of users; every send awaits its ack (closed loop)',
  mainFigure: 'acksPerSecond',
  columns: [
    { figure: 'acksPerSecond', title: 'acks/s', digits: 0 },
    { figure: 'deliveriesPerSecond', title: 'deliveries/s', digits: 0 },
    { figure: 'ackP50Ms', title: 'ack p50 ms', digits: 2 },
    { figure: 'ackP99Ms', title: 'ack p99 ms', digits: 2 },
    { figure: 'persistedPerSecond', title: 'persisted rows/s', digits: 0 },
    { figure: 'backlogEmptyMs', title: 'backlog empty after ms', digits: 0 },
  ],
  contenders: [socketioEcho, parley],
};
