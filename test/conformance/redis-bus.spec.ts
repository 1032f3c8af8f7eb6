import { createLog } from '#platform/logging/log.js';
import { RedisBus } from '#platform/redis/redis-bus.js';
import { RedisConnections } from '#platform/redis/redis-connections.js';
import { topic } from '#platform/signals/signals.js';
import { RedisSignals } from '#platform/signals/redis-signals.js';
import { openLink } from '../support/link.js';
import { redisNodes } from '../support/redis-nodes.js';
import { until } from '../support/until.js';

const nodes = redisNodes();
const buses: RedisBus[] = [];

const begin = async (): Promise<RedisBus> => {
  const bus = await RedisBus.open(await nodes.another(), true);
  buses.push(bus);
  return bus;
};
const open = async (): Promise<RedisBus> => {
  const bus = await begin();
  await bus.awaitAdmission();
  return bus;
};
afterEach(async () => {
  await Promise.all(buses.splice(0).map((bus) => bus.close()));
});

it('delivers every message of a node to all other nodes in order, and none to itself', async () => {
  const [one, two] = [await open(), await open()];
  const [own, heard]: [string[], string[]] = [[], []];
  one.subscribe('talk', (payload) => own.push(payload));
  two.subscribe('talk', (payload) => heard.push(payload));
  const said = Array.from({ length: 2000 }, (_, number) => `word ${number} with spaces`);
  for (const [index, word] of said.entries()) {
    one.publish('key', 'talk', () => word);
    if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await until('everything arrives', () => heard.length >= said.length);
  expect(heard).toEqual(said);
  expect(own).toEqual([]);
});

it('delivers a signal on its own node immediately, and on all nodes before `awaitDelivery` resolves', async () => {
  const [one, two, three] = [new RedisSignals(await open()), new RedisSignals(await open()), new RedisSignals(await open())];
  const named = topic<{ readonly name: string }>('tests.named');
  const heard: string[] = [];
  for (const [node, signals] of [one, two, three].entries()) signals.subscribe(named, ({ name }) => heard.push(`${node} ${name}`));
  await untilConnected(buses);
  one.publish(named, { name: 'first' });
  expect(heard).toEqual(['0 first']);
  await one.awaitDelivery();
  expect([...heard].sort()).toEqual(['0 first', '1 first', '2 first']);
});

it('reports a possible gap to every node after an outage of Redis, and delivers again', async () => {
  const [one, two] = [await open(), await open()];
  const gaps = [0, 0];
  one.onGap(() => (gaps[0] = (gaps[0] ?? 0) + 1));
  two.onGap(() => (gaps[1] = (gaps[1] ?? 0) + 1));
  const heard: string[] = [];
  two.subscribe('talk', (payload) => heard.push(payload));
  await untilConnected([one, two]);
  expect(gaps).toEqual([0, 0]);
  await nodes.server().kill();
  one.publish('key', 'talk', () => 'lost');
  await until('they notice', () => !one.isReceiving && !two.isReceiving, { timeoutMs: 10_000 });
  await nodes.server().start();
  await until('both know', () => gaps.every((count) => count > 0), { timeoutMs: 10_000 });
  // Until a node receives from another, it believes itself alone and skips messages; the other node is notified of that gap.
  await untilConnected([one, two]);
  one.publish('key', 'talk', () => 'heard again');
  await until('the other node receives again', () => heard.includes('heard again'));
  expect(one.isReceiving && two.isReceiving).toBe(true);
  expect(heard).toEqual(['heard again']);
});

it('neither builds nor publishes messages on a node that is alone, except heartbeats', async () => {
  const one = await open();
  await untilAlone(one);
  const before = await publications();
  const made: string[] = [];
  for (let number = 0; number < 1000; number += 1) one.publish('key', 'talk', () => made.splice(0, 0, 'made').join());
  await new Promise((resolve) => setImmediate(resolve));
  await one.awaitDelivery();
  expect(made).toEqual([]);
  expect((await publications()) - before).toBeLessThan(5);
});

it('delivers everything to a new node from its admission on, while others keep publishing', async () => {
  const one = await open();
  await untilAlone(one);
  let said = 0;
  const speaker = setInterval(() => {
    for (let count = 0; count < 10; count += 1) one.publish('key', 'talk', () => String((said += 1)));
  }, 1);
  try {
    for (let round = 0; round < 2; round += 1) {
      const heard: string[] = [];
      const two = await begin();
      let gaps = 0;
      two.subscribe('talk', (word) => heard.push(word));
      await two.awaitAdmission();
      two.onGap(() => (gaps += 1));
      const from = (said += 1);
      await until('many messages are published', () => said > from + 1000);
      const last = said;
      await until('the last message arrives', () => Number(heard.at(-1)) >= last);
      const since = heard.map(Number).filter((word) => word > from && word <= last);
      expect(since).toEqual(Array.from({ length: last - from }, (_, index) => from + 1 + index));
      expect(gaps).toBe(0);
      await two.close();
      await untilAlone(one);
    }
  } finally {
    clearInterval(speaker);
  }
});

it('reports a gap to a node that resubscribes after another node believed itself alone', async () => {
  const link = await openLink(Number(new URL(nodes.server().url).port));
  const options = { url: `redis://127.0.0.1:${link.port}`, isDurabilityChecked: false };
  const connections = await RedisConnections.connect(options, createLog({ level: 'fatal' }));
  const [one, two] = [await open(), await RedisBus.open(connections, true)];
  try {
    await two.awaitAdmission();
    await untilConnected([one, two]);
    let gaps = 0;
    two.onGap(() => (gaps += 1));
    link.cut();
    await untilAlone(one);
    one.publish('key', 'talk', () => 'never made');
    link.mend();
    await until('the gap is reported', () => gaps > 0);
  } finally {
    await two.close();
    connections.close();
    await link.close();
  }
});

it('reports a gap when the first message received from a node is not its first', async () => {
  const one = await open();
  let gaps = 0;
  one.onGap(() => (gaps += 1));
  const foreign = (number: number) => nodes.first().commands.spublish('parley:{bus-0}', `node-stranger ${number}`);
  await foreign(7);
  await until('the gap is reported', () => gaps === 1);
  await foreign(8);
  await open();
  expect(gaps).toBe(1);
});

/** Resolves when the bus believes that no other node exists, and so skips what it is asked to publish. */
async function untilAlone(bus: RedisBus): Promise<void> {
  await until('the node is alone', () => {
    let isMade = false;
    bus.publish('key', 'talk', () => {
      isMade = true;
      return 'never delivered';
    });
    return !isMade;
  });
}

/** The number of messages that Redis has published so far. */
async function publications(): Promise<number> {
  const calls = /cmdstat_spublish:calls=(\d+)/.exec(await nodes.first().commands.info('commandstats'))?.[1];
  return Number(calls ?? 0);
}

/** Resolves when each node has received a message of every other node. */
async function untilConnected(all: readonly RedisBus[]): Promise<void> {
  const heard = all.map(() => new Set<string>());
  for (const [index, bus] of all.entries()) bus.subscribe('hello', (name) => heard[index]?.add(name));
  await until('each node receives from each other node', () => {
    for (const [index, bus] of all.entries()) bus.publish('key', 'hello', () => String(index));
    return heard.every((names) => names.size === all.length - 1);
  });
}
