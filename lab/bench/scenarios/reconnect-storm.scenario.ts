import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, Figures, Scenario } from '../scenario.js';
import { ChatConnection } from '../generator/chat-connection.js';
import { sized } from '../users/crowds.js';
import { allOf, figuresAtMost, names, ratioAtMost } from '../report/goals.js';
import { inParallel } from '../../support/in-parallel.js';
import { LatencySamples } from '../../support/latency-samples.js';
import { requireOpenFiles } from '../generator/open-files.js';
import { ParleyServer } from '../servers/parley-server.js';
import { knownConversations } from '../users/ready-event.js';
import { startReference } from '../servers/reference-server.js';
import type { Auth } from '../users/crowds.js';
import { parleyRoomMembers, referenceRoomMembers } from '../users/room-members.js';

const sockets = 2000;
const quickSockets = 500;
const conversations = 20;
const canaryEveryMs = 20;
const settleMs = 2500;

const count = (options: BenchOptions): number => sized(options, sockets, quickSockets, 2);

/** All sockets reconnect at once, as after a network outage. */
export const scenario: Scenario = {
  id: 'W8',
  summary: `${sockets} sockets (${quickSockets} when quick) reconnect at once, each syncs ${conversations} conversations; a canary pings meanwhile`,
  mainFigure: 'allBackMs',
  isLessBetter: true,
  reference: names.socketio,
  quickRounds: 1,
  columns: [
    { figure: 'sockets', title: 'sockets', digits: 0 },
    { figure: 'allBackMs', title: 'all back ms', digits: 0 },
    { figure: 'backP50Ms', title: 'back p50 ms', digits: 0 },
    { figure: 'canaryP50Ms', title: 'canary p50 ms', digits: 1 },
    { figure: 'canaryP99Ms', title: 'canary p99 ms', digits: 1 },
  ],
  contenders: [
    {
      name: names.socketio,
      async open(options, defer) {
        const server = await startReference('bare-socketio');
        defer(() => server.stop());
        return () => storm(server.url, referenceRoomMembers(count(options), conversations));
      },
    },
    {
      name: names.embedded,
      async open(options, defer) {
        const server = await ParleyServer.start({ profileFolder: options.profileFolder });
        defer(() => server.stop());
        const auths = await parleyRoomMembers(server.api, count(options), conversations);
        return () => storm(server.url, auths);
      },
    },
  ],
  bar: allOf('all back within 3x bare Socket.IO, canary p99 < 500 ms', [
    ratioAtMost(3, names.socketio),
    figuresAtMost('canary', { canaryP99Ms: 500 }),
  ]),
  stretchGoal: ratioAtMost(1.5, names.socketio),
};

/** Connects all sockets, closes them and measures how they reconnect. */
async function storm(url: string, auths: readonly Auth[]): Promise<Figures> {
  const [canaryAuth] = auths;
  if (canaryAuth === undefined) throw new Error('a storm has sockets');
  requireOpenFiles(auths.length);
  const before = await inParallel(auths, (auth) => ChatConnection.connect(url, auth));
  const known = before.map((connection) => knownConversations(connection.readyPacket));
  before.forEach((connection) => connection.close());
  await sleep(settleMs);
  const canary = await ChatConnection.connect(url, canaryAuth);
  const [pings, back] = [new LatencySamples(), new LatencySamples()];
  const stop = pingRegularly(canary, pings);
  const startedAt = performance.now();
  const connections: ChatConnection[] = [];
  try {
    const reconnect = async (auth: Auth, index: number): Promise<void> => {
      const connection = await ChatConnection.connect(url, auth);
      connections.push(connection);
      const answer = await connection.request('conversation.sync', { conversations: known[index] ?? [] });
      if (!JSON.stringify(answer).startsWith('{"ok":true'))
        throw new Error(`conversation.sync was refused: ${JSON.stringify(answer).slice(0, 300)}`);
      back.add(performance.now() - startedAt);
    };
    await Promise.all(auths.map(reconnect));
    return { sockets: auths.length, allBackMs: performance.now() - startedAt, ...back.figures('back'), ...pings.figures('canary') };
  } finally {
    stop();
    [canary, ...connections].forEach((connection) => connection.close());
    await sleep(settleMs);
  }
}

/** Sends a ping every 20 ms, also while earlier ones are unanswered. */
function pingRegularly(canary: ChatConnection, pings: LatencySamples): () => void {
  const timer = setInterval(() => {
    const sentAt = performance.now();
    void canary.request('session.ping', { nonce: 'canary' }).then(() => pings.add(performance.now() - sentAt));
  }, canaryEveryMs);
  return () => clearInterval(timer);
}
