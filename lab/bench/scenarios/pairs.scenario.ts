import type { BenchOptions, Defer, Scenario } from '../scenario.js';
import { connectPairs, type Crowd, sized, type Town } from '../support/chat-users.js';
import { names, ratioAtLeast } from '../support/goals.js';
import { ejabberdContender } from '../support/ejabberd/ejabberd-contender.js';
import { ejabberdPairs } from '../support/ejabberd/ejabberd-crowds.js';
import { bareContender, embeddedContender } from '../support/load-contenders.js';

const pairs = 1000;
const quickPairs = 400;
const gather = (town: Town, options: BenchOptions, defer: Defer): Promise<Crowd> =>
  connectPairs(town, sized(options, pairs, quickPairs), defer);

/** Sends per second when every send waits for its acknowledgement, and what is acknowledged is stored. */
export const scenario: Scenario = {
  id: 'W2',
  summary: `${pairs} pairs of users (${quickPairs} when quick); every send awaits its ack: sends per second, embedded`,
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
    bareContender('bare-ws', gather),
    bareContender('bare-socketio', gather),
    embeddedContender(gather),
    ejabberdContender((server, options, defer) => ejabberdPairs(server, sized(options, pairs, quickPairs), defer)),
  ],
  bar: ratioAtLeast(0.75, names.socketio),
  stretchGoal: ratioAtLeast(1, names.socketio),
};
