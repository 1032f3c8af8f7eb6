import fc from 'fast-check';
import { AggregatorRegistry, Counter, Histogram, Registry } from 'prom-client';
import { PlainCounter, PlainHistogram } from './plain-metrics.js';

const buckets = [0.001, 0.01, 0.5, 2];
const values = fc.array(fc.oneof(fc.constantFrom(...buckets), fc.double({ min: 0, max: 10, noNaN: true })), { maxLength: 50 });
const described = { name: 'seconds', help: 'test', buckets };

test('a histogram reads the same as one of prom-client, alone and added to others', async () => {
  await fc.assert(
    fc.asyncProperty(values, async (observed) => {
      const [plain, reference] = [new Registry(), new Registry()];
      const counted = new PlainHistogram({ ...described, registers: [plain] });
      const expected = new Histogram({ ...described, registers: [reference] });
      for (const value of observed) {
        counted.observe(value);
        expected.observe(value);
      }
      expect(await plain.metrics()).toBe(await reference.metrics());
      expect(await ofTwo(plain)).toBe(await ofTwo(reference));
    }),
  );
});

test('a counter reads the same as one of prom-client, however often it is read', async () => {
  const [plain, reference] = [new Registry(), new Registry()];
  const counted = new PlainCounter({ name: 'total', help: 'test', label: 'kind', zeros: { a: 0, b: 0, c: 0 }, registers: [plain] });
  const expected = new Counter({ name: 'total', help: 'test', labelNames: ['kind'], registers: [reference] });
  for (const [kind, count] of [
    ['a', 2],
    ['b', 1],
    ['a', 3],
  ] as const) {
    counted.addCount(kind, count);
    expected.inc({ kind }, count);
    expect(await plain.metrics()).toBe(await reference.metrics());
  }
  expect(await ofTwo(plain)).toBe(await ofTwo(reference));
});

/** The combined metrics of two processes on one port. */
async function ofTwo(registry: Registry): Promise<string> {
  return AggregatorRegistry.aggregate([await registry.getMetricsAsJSON(), await registry.getMetricsAsJSON()]).metrics();
}
