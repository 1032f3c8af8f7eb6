import { membersPerMessage, nodesPerMessage, receiptDeliveriesPerMessage, type Behaviour, type Capacity } from './behaviour.js';
import { Random } from '../support/random.js';
import type { CostName, UnitCosts } from './unit-costs.js';

/** One minute of the day, for the whole installation. */
export interface Minute {
  readonly sockets: number;
  readonly connectsPerSecond: number;
  readonly sendsPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** Events with the read cursors of other members. */
  readonly receiptDeliveriesPerSecond: number;
  /** Cores in use, by kind of process. */
  readonly apiCores: number;
  readonly redisCores: number;
  readonly workerCores: number;
  readonly postgresCores: number;
  readonly apiBytes: number;
  readonly redisBytes: number;
  /** Acknowledged messages that wait for Postgres. */
  readonly backlog: number;
  readonly wireBitsPerSecond: number;
  /** From Redis to the nodes. */
  readonly busBitsPerSecond: number;
}

export interface Day {
  readonly minutes: readonly Minute[];
  /** API processes that the busiest minute needs, plus one spare for a node that dies. */
  readonly apiNodes: number;
  /** The highest value of each figure in any minute. */
  readonly peak: Minute;
  /** Cores per remaining node in the minute when the clients of a dead node reconnect to them. */
  readonly coresPerNodeAfterLoss: number;
  readonly messagesPerDay: number;
  readonly storedBytesPerYear: number;
  readonly retainedBytes: number;
  /** Minutes from the return of Postgres until the backlog is empty; null if it never is. */
  readonly drainMinutes: number | null;
}

const minutesPerDay = 24 * 60;
const busiestMinute = 20 * 60;
/** The outage of Postgres begins at half past seven in the evening. */
const outageMinute = busiestMinute - 30;

/** Simulates one day, minute by minute. The same seed gives the same day. */
export function simulateDay(unitCosts: UnitCosts, behaviour: Behaviour, capacity: Capacity, seed = 1): Day {
  const cost = (name: CostName): number => unitCosts.costs[name].value;
  let apiNodes = 2;
  // More nodes exchange more events, which needs more nodes. The number converges after some rounds.
  for (let round = 0; round < 20; round += 1) {
    const needed = nodesFor(peakOf(dayOf(cost, behaviour, capacity, apiNodes, seed)), capacity);
    if (needed === apiNodes) break;
    apiNodes = needed;
  }
  const minutes = dayOf(cost, behaviour, capacity, apiNodes, seed);
  const peak = peakOf(minutes);
  const messagesPerDay = minutes.reduce((sum, { sendsPerSecond }) => sum + 60 * sendsPerSecond, 0);
  const bytesPerDay = messagesPerDay * cost('postgresBytesPerMessage');
  return {
    minutes,
    apiNodes,
    peak,
    coresPerNodeAfterLoss: coresAfterLoss(peak, apiNodes, capacity, cost),
    messagesPerDay,
    storedBytesPerYear: 365 * bytesPerDay,
    retainedBytes: behaviour.retentionDays * bytesPerDay,
    drainMinutes: drainMinutesOf(minutes, capacity),
  };
}

type CostOf = (name: CostName) => number;

function dayOf(cost: CostOf, behaviour: Behaviour, capacity: Capacity, nodes: number, seed: number): Minute[] {
  const random = new Random(seed);
  const minutes: Minute[] = [];
  const persistMax = persistedPerSecondMax(cost, behaviour, capacity);
  let backlog = 0;
  let socketsBefore = socketsAt(behaviour, 0);
  for (let minute = 0; minute < minutesPerDay; minute += 1) {
    const sockets = socketsAt(behaviour, minute);
    const connectsPerSecond = (sockets / behaviour.sessionMinutes + Math.max(0, sockets - socketsBefore)) / 60;
    const meanPerMinute = ((sockets / behaviour.socketsPerUser) * behaviour.messagesPerConnectedHour) / 60;
    // Sends of many independent users are Poisson distributed, which is close to a normal distribution at these counts.
    const sendsPerSecond = Math.max(0, meanPerMinute + random.normal() * Math.sqrt(meanPerMinute)) / 60;
    const isOut = minute >= outageMinute && minute < outageMinute + capacity.postgresOutageMinutes;
    const persisted = isOut ? 0 : Math.min(backlog + 60 * sendsPerSecond, 60 * persistMax);
    backlog += 60 * sendsPerSecond - persisted;
    minutes.push(
      minuteOf(cost, behaviour, nodes, { sockets, connectsPerSecond, sendsPerSecond, backlog, persistedPerSecond: persisted / 60 }),
    );
    socketsBefore = sockets;
  }
  return minutes;
}

interface Traffic {
  readonly sockets: number;
  readonly connectsPerSecond: number;
  readonly sendsPerSecond: number;
  readonly persistedPerSecond: number;
  readonly backlog: number;
}

function minuteOf(cost: CostOf, behaviour: Behaviour, nodes: number, traffic: Traffic): Minute {
  const { sockets, connectsPerSecond, sendsPerSecond, backlog } = traffic;
  const deliveriesPerSecond = sendsPerSecond * membersPerMessage(behaviour) * behaviour.membersConnectedShare * behaviour.socketsPerUser;
  const receiptDeliveriesPerSecond = sendsPerSecond * receiptDeliveriesPerMessage(behaviour);
  const receiptsPerSecond = deliveriesPerSecond * behaviour.receiptsPerDelivery;
  // Every node receives every event, and has recipients for some of them.
  const heardPerSecond = (sendsPerSecond + receiptsPerSecond) * Math.max(0, nodesPerMessage(behaviour, nodes) - 1);
  const listenedPerSecond = (sendsPerSecond + receiptsPerSecond) * (nodes - 1);
  return {
    sockets,
    connectsPerSecond,
    sendsPerSecond,
    deliveriesPerSecond,
    receiptDeliveriesPerSecond,
    backlog,
    ...coresOf(cost, {
      ...traffic,
      deliveriesPerSecond: deliveriesPerSecond + receiptDeliveriesPerSecond,
      heardPerSecond,
      listenedPerSecond,
      receiptsPerSecond,
    }),
    apiBytes: sockets * cost('apiBytesPerSocket'),
    redisBytes:
      sockets * cost('redisBytesPerSocket') +
      backlog * cost('redisBytesPerPendingMessage') +
      rememberedMessages(behaviour) * cost('redisBytesPerRememberedMessage'),
    busBitsPerSecond: 8 * listenedPerSecond * cost('wireBytesPerDelivery'),
    wireBitsPerSecond: 8 * deliveriesPerSecond * cost('wireBytesPerDelivery'),
  };
}

interface Work extends Traffic {
  readonly deliveriesPerSecond: number;
  readonly heardPerSecond: number;
  readonly listenedPerSecond: number;
  readonly receiptsPerSecond: number;
}

/** Cores in use: the work of each kind times its unit cost. */
function coresOf(cost: CostOf, work: Work): Pick<Minute, 'apiCores' | 'redisCores' | 'workerCores' | 'postgresCores'> {
  const sum = (...terms: readonly (readonly [CostName, number])[]): number =>
    terms.reduce((total, [name, perSecond]) => total + (cost(name) * perSecond) / 1e6, 0);
  const { sockets, connectsPerSecond, sendsPerSecond, persistedPerSecond, receiptsPerSecond } = work;
  return {
    apiCores: sum(
      ['apiMicrosecondsPerConnect', connectsPerSecond],
      ['apiMicrosecondsPerIdleSocketSecond', sockets],
      ['apiMicrosecondsPerSend', sendsPerSecond],
      ['apiMicrosecondsPerDelivery', work.deliveriesPerSecond],
      ['apiMicrosecondsPerHeardEvent', work.heardPerSecond],
      ['apiMicrosecondsPerUnheardEvent', Math.max(0, work.listenedPerSecond - work.heardPerSecond)],
      ['apiMicrosecondsPerReceipt', receiptsPerSecond],
    ),
    redisCores: sum(
      ['redisMicrosecondsPerSend', sendsPerSecond],
      ['redisMicrosecondsPerListener', work.listenedPerSecond],
      ['redisMicrosecondsPerConnect', connectsPerSecond],
      ['redisMicrosecondsPerIdleSocketSecond', sockets],
    ),
    workerCores: sum(['workerMicrosecondsPerMessage', persistedPerSecond], ['workerMicrosecondsPerReceipt', receiptsPerSecond]),
    postgresCores: sum(
      ['postgresMicrosecondsPerConnect', connectsPerSecond],
      ['postgresMicrosecondsPerMessage', persistedPerSecond],
      ['postgresMicrosecondsPerReceipt', receiptsPerSecond],
    ),
  };
}

/** The number of messages whose client ids the log remembers: those of the last 26 hours. */
function rememberedMessages({ connectedAtPeak, quietShare, messagesPerConnectedHour }: Behaviour): number {
  return 26 * connectedAtPeak * ((1 + quietShare) / 2) * messagesPerConnectedHour;
}

/** Sockets at a minute of the day: a wave that is lowest twelve hours after the busiest minute. */
function socketsAt({ connectedAtPeak, quietShare, socketsPerUser }: Behaviour, minute: number): number {
  const wave = (1 + Math.cos((2 * Math.PI * (minute - busiestMinute)) / minutesPerDay)) / 2;
  return connectedAtPeak * socketsPerUser * (quietShare + (1 - quietShare) * wave);
}

function peakOf(minutes: readonly Minute[]): Minute {
  const most = (figure: keyof Minute): number => Math.max(...minutes.map((minute) => minute[figure]));
  return {
    sockets: most('sockets'),
    connectsPerSecond: most('connectsPerSecond'),
    sendsPerSecond: most('sendsPerSecond'),
    deliveriesPerSecond: most('deliveriesPerSecond'),
    receiptDeliveriesPerSecond: most('receiptDeliveriesPerSecond'),
    apiCores: most('apiCores'),
    redisCores: most('redisCores'),
    workerCores: most('workerCores'),
    postgresCores: most('postgresCores'),
    apiBytes: most('apiBytes'),
    redisBytes: most('redisBytes'),
    backlog: most('backlog'),
    wireBitsPerSecond: most('wireBitsPerSecond'),
    busBitsPerSecond: most('busBitsPerSecond'),
  };
}

/** The number of API processes for this load. A Node process uses one core. */
function nodesFor(peak: Minute, { coreShareMax, apiBytesMax }: Capacity): number {
  return Math.max(2, Math.ceil(Math.max(peak.apiCores / coreShareMax, peak.apiBytes / apiBytesMax)) + 1);
}

/** The rate at which workers persist: twice the load of the busiest minute, limited by the cores of Postgres. */
function persistedPerSecondMax(cost: CostOf, behaviour: Behaviour, { postgresCores }: Capacity): number {
  const comingPerSecond = (behaviour.connectedAtPeak * behaviour.messagesPerConnectedHour) / 3600;
  return Math.min(2 * comingPerSecond, (postgresCores * 1e6) / cost('postgresMicrosecondsPerMessage'));
}

function coresAfterLoss(peak: Minute, nodes: number, { reconnectSeconds }: Capacity, cost: CostOf): number {
  const comingBackPerSecond = peak.sockets / nodes / reconnectSeconds;
  return (peak.apiCores + (comingBackPerSecond * cost('apiMicrosecondsPerConnect')) / 1e6) / (nodes - 1);
}

function drainMinutesOf(minutes: readonly Minute[], { postgresOutageMinutes }: Capacity): number | null {
  const back = outageMinute + Math.ceil(postgresOutageMinutes);
  const empty = minutes.findIndex((minute, index) => index >= back && minute.backlog < 1);
  return empty === -1 ? null : empty - back + 1;
}
