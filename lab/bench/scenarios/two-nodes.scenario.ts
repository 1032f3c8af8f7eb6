import { availableParallelism } from 'node:os';
import type { Goal, Scenario } from '../scenario.js';
import { connectPairs, sized } from '../users/crowds.js';
import { names, ratioAtLeast } from '../report/goals.js';
import { clusterContender, type ConnectUsers } from '../servers/contenders.js';

const pairs = 1000;
const quickPairs = 400;
const coresNeeded = 4;
const oneNode = 'one API node';
const connectUsers: ConnectUsers = (chat, options, defer) => connectPairs(chat, sized(options, pairs, quickPairs), defer);

/** The gain of a second API node. With two nodes, the users of each pair are on different ones. */
export const scenario: Scenario = {
  id: 'W10',
  summary: `${pairs} pairs of users (${quickPairs} when quick) on one API node and spread over two; one worker: sends per second`,
  mainFigure: 'acksPerSecond',
  reference: oneNode,
  quickRounds: 1,
  columns: [
    { figure: 'acksPerSecond', title: 'acks/s', digits: 0 },
    { figure: 'serverUsPerSend', title: 'API us/send', digits: 0 },
    { figure: 'redisUsPerSend', title: 'redis us', digits: 0 },
    { figure: 'workerUsPerSend', title: 'worker us', digits: 0 },
    { figure: 'postgresUsPerSend', title: 'postgres us', digits: 0 },
    { figure: 'ackP99Ms', title: 'ack p99 ms', digits: 1 },
    { figure: 'generatorBusy', title: 'generator busy', digits: 2 },
  ],
  contenders: [clusterContender(oneNode, 1, connectUsers), clusterContender(names.cluster, 2, connectUsers)],
  bar: onEnoughCores(ratioAtLeast(1.7, oneNode, names.cluster)),
  stretchGoal: onEnoughCores(ratioAtLeast(1.9, oneNode, names.cluster)),
};

/** On fewer cores, two nodes share what one node had, and only the processor time per send is meaningful. */
function onEnoughCores(goal: Goal): Goal {
  const says = `${goal.says} (needs ${coresNeeded} cores; with fewer, compare the microseconds per send)`;
  return { says, isMet: (results) => (availableParallelism() < coresNeeded ? null : goal.isMet(results)) };
}
