import { readFileSync } from 'node:fs';
import {
  behaviourSchema,
  capacitySchema,
  membersPerMessage,
  nodesPerMessage,
  receiptDeliveriesPerMessage,
  type Behaviour,
} from './behaviour.js';
import { formatResults } from './report.js';
import { simulateDay } from './simulate.js';
import { costNames, readUnitCosts, type UnitCosts } from './unit-costs.js';

const assumed = (value: number): UnitCosts['costs'][(typeof costNames)[number]] => ({
  value,
  unit: 'any',
  source: 'assumed',
  how: 'invented for this test',
});
const costs = readUnitCosts(
  JSON.stringify({
    measured: null,
    costs: Object.fromEntries(costNames.map((name) => [name, assumed(name.includes('Bytes') ? 1000 : 50)])),
  }),
);
const capacity = capacitySchema.parse({});
const behaviour = (given: Partial<Behaviour> = {}): Behaviour => behaviourSchema.parse({ connectedAtPeak: 100_000, ...given });

describe('the simulation of a day', () => {
  it('gives the same day for the same seed, and another day for another seed', () => {
    expect(simulateDay(costs, behaviour(), capacity, 7)).toEqual(simulateDay(costs, behaviour(), capacity, 7));
    expect(simulateDay(costs, behaviour(), capacity, 8).messagesPerDay).not.toBe(
      simulateDay(costs, behaviour(), capacity, 7).messagesPerDay,
    );
  });

  it('sends as many messages as the connected users do', () => {
    const { messagesPerDay } = simulateDay(costs, behaviour(), capacity);
    const meanShare = (1 + behaviour().quietShare) / 2;
    const expected = 24 * 100_000 * meanShare * behaviour().messagesPerConnectedHour;
    expect(messagesPerDay / expected).toBeGreaterThan(0.98);
    expect(messagesPerDay / expected).toBeLessThan(1.02);
  });

  it('loses no message: every sent message is persisted or waits', () => {
    const { minutes, peak, drainMinutes } = simulateDay(costs, behaviour(), capacity);
    expect(minutes.every(({ backlog }) => backlog >= 0)).toBe(true);
    expect(peak.backlog).toBeGreaterThan(0.9 * capacity.postgresOutageMinutes * 60 * peak.sendsPerSecond * 0.9);
    expect(minutes.at(-1)?.backlog).toBeLessThan(1);
    expect(drainMinutes).not.toBeNull();
  });

  it('never drains the backlog if Postgres has too few cores for the load', () => {
    const slow = readUnitCosts(JSON.stringify({ ...costs, costs: { ...costs.costs, postgresMicrosecondsPerMessage: assumed(1e6) } }));
    expect(simulateDay(slow, behaviour(), capacity).drainMinutes).toBeNull();
  });

  it('costs ten times as much for ten times as many users, except for events between nodes', () => {
    const one = simulateDay(costs, behaviour(), capacity);
    const ten = simulateDay(costs, behaviour({ connectedAtPeak: 1_000_000 }), capacity);
    expect(ten.peak.apiBytes / one.peak.apiBytes).toBeCloseTo(10, 5);
    expect(ten.peak.postgresCores / one.peak.postgresCores).toBeGreaterThan(8);
    expect(ten.peak.apiCores / one.peak.apiCores).toBeGreaterThan(9.5);
    expect(ten.apiNodes).toBeGreaterThan(5 * one.apiNodes);
  });

  it('leaves room for the busiest minute on all nodes, and on the remaining nodes when one dies', () => {
    const day = simulateDay(costs, behaviour(), capacity);
    expect(day.peak.apiCores / (day.apiNodes - 1)).toBeLessThanOrEqual(capacity.coreShareMax);
    expect(day.coresPerNodeAfterLoss).toBeGreaterThan(day.peak.apiCores / day.apiNodes);
  });

  it('reaches every node with a large conversation, and one or two nodes with a direct conversation', () => {
    const of = (members: number): Behaviour =>
      behaviour({ conversations: [{ members, share: 1 }], membersConnectedShare: 1, socketsPerUser: 1 });
    expect(nodesPerMessage(of(10_000), 50)).toBeCloseTo(50, 3);
    expect(nodesPerMessage(of(2), 50)).toBeGreaterThan(1.9);
    expect(nodesPerMessage(of(2), 1)).toBe(1);
    expect(membersPerMessage(of(12))).toBe(12);
  });

  it('delivers the receipts of every reader to every reader: four times as many in a conversation of twice the size', () => {
    const of = (members: number): number => receiptDeliveriesPerMessage(behaviour({ conversations: [{ members, share: 1 }] }));
    expect(of(200) / of(100)).toBeCloseTo(4, 6);
  });

  it('lists its inputs that are not measured', () => {
    const text = formatResults(costs, capacity, [{ behaviour: behaviour(), day: simulateDay(costs, behaviour(), capacity) }]);
    expect(text).toContain('nothing was measured');
    expect(text).toContain('Assumed, not measured: apiBytesPerSocket');
    expect(text).toContain('Assumed for each user: 6 messages an hour');
  });

  it('has a complete file of unit costs, each with the way it was measured', () => {
    const file = readUnitCosts(readFileSync('lab/simulate/unit-costs.json', 'utf8'));
    for (const name of costNames) expect([name, file.costs[name].how.length > 10]).toEqual([name, true]);
    if (file.measured === null) expect(costNames.every((name) => file.costs[name].source === 'assumed')).toBe(true);
  });

  it('prints the result that docs/operations/scaling.md shows', () => {
    const flat = (text: string): string => text.replace(/[ -]+/g, ' ');
    const page = flat(readFileSync('docs/operations/scaling.md', 'utf8'));
    const file = readUnitCosts(readFileSync('lab/simulate/unit-costs.json', 'utf8'));
    const results = [10_000, 100_000, 1_000_000].map((connectedAtPeak) => {
      const people = behaviourSchema.parse({ connectedAtPeak });
      return { behaviour: people, day: simulateDay(file, people, capacity) };
    });
    const missing = flat(formatResults(file, capacity, results))
      .split('\n')
      .filter((line) => !page.includes(line));
    expect(missing).toEqual([]);
  });
});
