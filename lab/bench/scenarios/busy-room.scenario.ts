import type { Scenario } from '../scenario.js';
import { connectRoom, sized } from '../users/crowds.js';
import { names, ratioAtLeast } from '../report/goals.js';
import { ejabberdContender } from '../ejabberd/ejabberd-contender.js';
import { ejabberdRoom } from '../ejabberd/ejabberd-crowds.js';
import { bareContender, embeddedContender } from '../servers/contenders.js';

const members = 100;
const window = 4;

/** Deliveries per second in one busy room. */
export const scenario: Scenario = {
  id: 'W1',
  summary: `one room of ${members} members, each with ${window} sends in flight: deliveries per second`,
  mainFigure: 'deliveriesPerSecond',
  reference: names.socketio,
  beside: [names.ejabberd],
  columns: [
    { figure: 'deliveriesPerSecond', title: 'deliveries/s', digits: 0 },
    { figure: 'acksPerSecond', title: 'acks/s', digits: 0 },
    { figure: 'ackP50Ms', title: 'ack p50 ms', digits: 1 },
    { figure: 'ackP99Ms', title: 'ack p99 ms', digits: 1 },
    { figure: 'serverUsPerSend', title: 'server us/send', digits: 0 },
    { figure: 'generatorBusy', title: 'generator busy', digits: 2 },
  ],
  contenders: [
    bareContender('bare-ws', (chat, options, defer) => connectRoom(chat, sized(options, members), window, defer)),
    bareContender('bare-socketio', (chat, options, defer) => connectRoom(chat, sized(options, members), window, defer)),
    embeddedContender((chat, options, defer) => connectRoom(chat, sized(options, members), window, defer)),
    ejabberdContender((server, options, defer) => ejabberdRoom(server, sized(options, members), window, defer)),
  ],
  bar: ratioAtLeast(8, names.socketio),
  stretchGoal: ratioAtLeast(15, names.socketio),
};
