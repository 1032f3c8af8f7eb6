import { markdownTable } from '../support/tables.js';
import { membersPerMessage, type Behaviour, type Capacity } from './behaviour.js';
import type { Day } from './simulate.js';
import { costNames, type Cost, type CostName, type UnitCosts } from './unit-costs.js';

/** The result of one day at one size. */
export interface Result {
  readonly behaviour: Behaviour;
  readonly day: Day;
}

type Row = readonly [label: string, cell: (result: Result) => string];

/** The inputs, and then the days side by side, as Markdown. */
export function formatResults(costs: UnitCosts, capacity: Capacity, results: readonly Result[]): string {
  const rows = rowsOf(capacity);
  const sizes = results.map(({ behaviour }) => `${count(behaviour.connectedAtPeak)} users`);
  const table = markdownTable(
    ['at the busiest minute', ...sizes.map((size) => `${size}:`)],
    rows.map(([label, cell]) => [label, ...results.map(cell)]),
  );
  return `${describeOrigin(costs)}\n\n${formatCosts(costs)}\n\n${describeBehaviour(results[0]?.behaviour)}\n\n${table}\n`;
}

const labels: Record<CostName, string> = {
  apiMicrosecondsPerConnect: 'API: a new connection',
  apiMicrosecondsPerIdleSocketSecond: 'API: an idle socket, per second',
  apiBytesPerSocket: 'API: memory of a socket',
  apiMicrosecondsPerSend: 'API: a send, accepted, committed, acknowledged',
  apiMicrosecondsPerDelivery: 'API: a delivery to one socket',
  apiMicrosecondsPerHeardEvent: 'API: an event of another node with a recipient on this node',
  apiMicrosecondsPerUnheardEvent: 'API: an event of another node without a recipient on this node',
  apiMicrosecondsPerReceipt: 'API: a receipt',
  redisMicrosecondsPerSend: 'Redis: a send, from commit to settled',
  redisMicrosecondsPerListener: 'Redis: an event, per receiving node',
  redisMicrosecondsPerConnect: 'Redis: a new connection',
  redisMicrosecondsPerIdleSocketSecond: 'Redis: an idle socket, per second',
  redisBytesPerSocket: 'Redis: memory of a socket',
  redisBytesPerPendingMessage: 'Redis: memory of a waiting message',
  redisBytesPerRememberedMessage: 'Redis: memory of a client id, 26 hours',
  workerMicrosecondsPerMessage: 'worker: a message',
  workerMicrosecondsPerReceipt: 'worker: a receipt',
  postgresMicrosecondsPerConnect: 'Postgres: a new connection',
  postgresMicrosecondsPerMessage: 'Postgres: a message',
  postgresMicrosecondsPerReceipt: 'Postgres: a receipt',
  postgresBytesPerMessage: 'Postgres: disk of a message of 80 bytes, search included',
  wireBytesPerDelivery: 'wire: a message to a client',
};

/** The unit costs as a Markdown table. */
function formatCosts({ costs }: UnitCosts): string {
  return markdownTable(
    ['what', 'cost:', ''],
    costNames.map((name) => [labels[name], formatCost(costs[name]), costs[name].source]),
  );
}

function formatCost({ value, unit }: Cost): string {
  if (value === 0) return 'too small to measure';
  if (unit === 'bytes') return bytes(value);
  return value >= 1000 ? `${(value / 1000).toFixed(1)} ms` : `${value} ${unit}`;
}

function rowsOf({ coreShareMax, postgresCores, postgresOutageMinutes }: Capacity): Row[] {
  return [
    ['open sockets', ({ day }) => count(day.peak.sockets)],
    ['messages/s', ({ day }) => count(day.peak.sendsPerSecond)],
    ['deliveries/s', ({ day }) => count(day.peak.deliveriesPerSecond)],
    ['receipts to sockets/s', ({ day }) => count(day.peak.receiptDeliveriesPerSecond)],
    ['messages to clients', ({ day }) => `${(day.peak.wireBitsPerSecond / 1e9).toFixed(2)} Gbit/s`],
    ['API: cores in use', ({ day }) => day.peak.apiCores.toFixed(1)],
    ['API: memory of sockets', ({ day }) => bytes(day.peak.apiBytes)],
    [`API processes (${percent(coreShareMax)} of a core, one spare)`, ({ day }) => count(day.apiNodes)],
    ['API: share of a core while the clients of a dead node reconnect', ({ day }) => percent(day.coresPerNodeAfterLoss)],
    ['Redis: cores in use', ({ day }) => day.peak.redisCores.toFixed(2)],
    [`Redis: masters (${percent(coreShareMax)} of a core each)`, ({ day }) => count(Math.ceil(day.peak.redisCores / coreShareMax))],
    ['Redis: to the nodes', ({ day }) => `${(day.peak.busBitsPerSecond / 1e9).toFixed(2)} Gbit/s`],
    ['workers: cores in use', ({ day }) => day.peak.workerCores.toFixed(1)],
    ['Postgres: cores in use', ({ day }) => day.peak.postgresCores.toFixed(1)],
    [
      `Postgres: machines of ${postgresCores} cores, without reading history`,
      ({ day }) => count(Math.ceil(day.peak.postgresCores / (postgresCores * coreShareMax))),
    ],
    [`waiting after ${postgresOutageMinutes} min without Postgres`, ({ day }) => count(day.peak.backlog)],
    ['Redis: memory at that time, remembered client ids included', ({ day }) => bytes(day.peak.redisBytes)],
    ['minutes until the backlog is empty', ({ day }) => (day.drainMinutes === null ? 'never' : String(day.drainMinutes))],
    ['messages per day', ({ day }) => count(day.messagesPerDay)],
    ['stored per year', ({ day }) => bytes(day.storedBytesPerYear)],
  ];
}

function describeOrigin({ measured, costs }: UnitCosts): string {
  const assumed = costNames.filter((name) => costs[name].source === 'assumed');
  const origin =
    measured === null ? 'nothing was measured' : `measured ${measured.date} at commit ${measured.commit} on ${measured.machine}`;
  return `Unit costs: ${origin}. ${assumed.length === 0 ? 'All are measured.' : `Assumed, not measured: ${assumed.join(', ')}.`}`;
}

function describeBehaviour(behaviour: Behaviour | undefined): string {
  if (behaviour === undefined) return '';
  const { messagesPerConnectedHour, membersConnectedShare, sessionMinutes, socketsPerUser, receiptsPerDelivery } = behaviour;
  return (
    `Assumed for each user: ${messagesPerConnectedHour} messages an hour, ${membersPerMessage(behaviour).toFixed(1)} members in the conversation of an average message, ` +
    `${percent(membersConnectedShare)} of them connected, ${socketsPerUser} sockets each for ${sessionMinutes} minutes, ${receiptsPerDelivery} receipts per delivery.`
  );
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  return `${(value / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
