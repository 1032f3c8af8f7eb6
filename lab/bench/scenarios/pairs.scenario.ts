import type { BenchOptions, Defer, Scenario } from '../scenario.js';
import { connectPairs, type Crowd, sized, type ChatServer } from '../users/crowds.js';
import { names, ratioAtLeast } from '../report/goals.js';
import { ejabberdContender } from '../ejabberd/ejabberd-contender.js';
import { ejabberdPairs } from '../ejabberd/ejabberd-crowds.js';
import { bareContender, embeddedContender } from '../servers/contenders.js';

const pairs = 1000;
const quickPairs = 400;
const connectUsers = (chat: ChatServer, options: BenchOptions, defer: Defer): Promise<Crowd> =>
  connectPairs(chat, sized(options, pairs, quickPairs), defer);

/** Sends per second, one in flight per pair. An acknowledged message is durable. */
export const scenario: Scenario = {
  id: 'W2',
  summary: `${pairs} pairs of users (${quickPairs} when quick), every send awaits its ack: sends per second, embedded`,
  mainFigure: 'acksPerSecond',
  reference: names.socketio,
  beside: [names.ejabberd],
  uncountedRounds: 1,
  columns: [
    { figure: 'acksPerSecond', title: 'acks/s', digits: 0 },
    { figure: 'deliveriesPerSecond', title: 'deliveries/s', digits: 0 },
    { figure: 'ackP50Ms', title: 'ack p50 ms', digits: 1 },
    { figure: 'ackP99Ms', title: 'ack p99 ms', digits: 1 },
    { figure: 'serverUsPerSend', title: 'server us/send', digits: 0 },
    { figure: 'rowsPerSecond', title: 'rows/s', digits: 0 },
    { figure: 'generatorBusy', title: 'generator busy', digits: 2 },
  ],
  contenders: [
    bareContender('bare-ws', connectUsers),
    bareContender('bare-socketio', connectUsers),
    embeddedContender(connectUsers),
    ejabberdContender((server, options, defer) => ejabberdPairs(server, sized(options, pairs, quickPairs), defer)),
  ],
  bar: ratioAtLeast(0.75, names.socketio),
  stretchGoal: ratioAtLeast(1, names.socketio),
};
