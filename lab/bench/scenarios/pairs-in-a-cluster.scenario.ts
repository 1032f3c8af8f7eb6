import type { Scenario } from '../scenario.js';
import { connectPairs, sized } from '../users/crowds.js';
import { names, ratioAtLeast } from '../report/goals.js';
import { bareContender, clusterContender, type ConnectUsers } from '../servers/contenders.js';
import { rawRedisAppends } from '../references/raw-redis.js';

const pairs = 1000;
const quickPairs = 400;
const connectUsers: ConnectUsers = (chat, options, defer) => connectPairs(chat, sized(options, pairs, quickPairs), defer);

/** The pairs of W2 on a cluster: one API node, one worker and a Redis that syncs each write. */
export const scenario: Scenario = {
  id: 'W2c',
  summary: `${pairs} pairs of users (${quickPairs} when quick), every send awaits its ack: sends per second, cluster of one API node and one worker`,
  mainFigure: 'acksPerSecond',
  reference: names.socketio,
  // In its first minute a new log looks up each client id in storage, because an earlier log may have stored it.
  uncountedRounds: 2,
  columns: [
    { figure: 'acksPerSecond', title: 'acks/s', digits: 0 },
    { figure: 'ackP50Ms', title: 'ack p50 ms', digits: 1 },
    { figure: 'ackP99Ms', title: 'ack p99 ms', digits: 1 },
    { figure: 'serverUsPerSend', title: 'server us/send', digits: 0 },
    { figure: 'redisUsPerSend', title: 'redis us', digits: 0 },
    { figure: 'workerUsPerSend', title: 'worker us', digits: 0 },
    { figure: 'postgresUsPerSend', title: 'postgres us', digits: 0 },
    { figure: 'rowsPerSecond', title: 'rows/s', digits: 0 },
    { figure: 'generatorBusy', title: 'generator busy', digits: 2 },
  ],
  contenders: [
    bareContender('bare-socketio', connectUsers),
    rawRedisAppends(pairs, quickPairs),
    clusterContender(names.cluster, 1, connectUsers),
  ],
  bar: ratioAtLeast(0.65, names.socketio, names.cluster),
  stretchGoal: ratioAtLeast(0.9, names.socketio, names.cluster),
};
