import type { Scenario } from '../scenario.js';
import { connectRoom, sized } from '../support/chat-users.js';
import { names, ratioAtLeast } from '../support/goals.js';
import { ejabberdContender } from '../support/ejabberd/ejabberd-contender.js';
import { ejabberdRoom } from '../support/ejabberd/ejabberd-crowds.js';
import { bareContender, embeddedContender } from '../support/load-contenders.js';

const members = 100;
const window = 4;

/** Deliveries per second in one busy room. */
export const scenario: Scenario = {
  id: 'W1',
  summary: `one room of ${members} members, all of them send with ${window} sends under way each: deliveries per second`,
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
    bareContender('bare-ws', (town, options, defer) => connectRoom(town, sized(options, members), window, defer)),
    bareContender('bare-socketio', (town, options, defer) => connectRoom(town, sized(options, members), window, defer)),
    embeddedContender((town, options, defer) => connectRoom(town, sized(options, members), window, defer)),
    ejabberdContender((server, options, defer) => ejabberdRoom(server, sized(options, members), window, defer)),
  ],
  bar: ratioAtLeast(8, names.socketio),
  stretchGoal: ratioAtLeast(15, names.socketio),
};
