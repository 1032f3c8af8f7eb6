import { RedisBus } from '../../src/platform/redis/redis-bus.js';
import { topic } from '../../src/platform/signals.js';
import { RedisSignals } from '../../src/platform/redis/redis-signals.js';
import { redisNodes } from '../support/redis-nodes.js';
import { until } from '../support/until.js';

const nodes = redisNodes();
const buses: RedisBus[] = [];

const open = async (): Promise<RedisBus> => {
  const bus = await RedisBus.open(await nodes.another(), true);
  buses.push(bus);
  return bus;
};
afterEach(async () => {
  await Promise.all(buses.splice(0).map((bus) => bus.close()));
});

it('what one node says reaches the others in order, all of it, and not itself', async () => {
  const [one, two] = [await open(), await open()];
  const [own, heard]: [string[], string[]] = [[], []];
  one.subscribe('talk', (payload) => own.push(payload));
  two.subscribe('talk', (payload) => heard.push(payload));
  const said = Array.from({ length: 2000 }, (_, number) => `word ${number} with spaces`);
  for (const [index, word] of said.entries()) {
    one.publish('key', 'talk', word);
    if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await until('everything arrives', () => heard.length >= said.length);
  expect(heard).toEqual(said);
  expect(own).toEqual([]);
});

it('a signal is in force on all nodes when it has settled, on the own at once', async () => {
  const [one, two, three] = [new RedisSignals(await open()), new RedisSignals(await open()), new RedisSignals(await open())];
  const named = topic<{ readonly name: string }>('tests.named');
  const heard: string[] = [];
  for (const [node, signals] of [one, two, three].entries()) signals.subscribe(named, ({ name }) => heard.push(`${node} ${name}`));
  await acquainted(buses);
  one.publish(named, { name: 'first' });
  expect(heard).toEqual(['0 first']);
  await one.settled();
  expect([...heard].sort()).toEqual(['0 first', '1 first', '2 first']);
});

it('nobody is left in the dark: after Redis was away every node is told that it may have missed something, and hears again', async () => {
  const [one, two] = [await open(), await open()];
  const gaps = [0, 0];
  one.onGap(() => (gaps[0] = (gaps[0] ?? 0) + 1));
  two.onGap(() => (gaps[1] = (gaps[1] ?? 0) + 1));
  const heard: string[] = [];
  two.subscribe('talk', (payload) => heard.push(payload));
  await acquainted([one, two]);
  expect(gaps).toEqual([0, 0]);
  await nodes.server().kill();
  one.publish('key', 'talk', 'lost');
  await until('they notice', () => !one.isHearing && !two.isHearing, { timeoutMs: 10_000 });
  await nodes.server().start();
  await until('both know', () => gaps.every((count) => count > 0), { timeoutMs: 10_000 });
  one.publish('key', 'talk', 'heard again');
  await until('the other hears again', () => heard.includes('heard again'));
  expect(one.isHearing && two.isHearing).toBe(true);
  expect(heard).toEqual(['heard again']);
});

/** Comes back when each has heard each other. */
async function acquainted(all: readonly RedisBus[]): Promise<void> {
  const heard = all.map(() => new Set<string>());
  for (const [index, bus] of all.entries()) bus.subscribe('hello', (name) => heard[index]?.add(name));
  await until('each has heard each other', () => {
    for (const [index, bus] of all.entries()) bus.publish('key', 'hello', String(index));
    return heard.every((names) => names.size === all.length - 1);
  });
}
