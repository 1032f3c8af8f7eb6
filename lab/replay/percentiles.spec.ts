import { metricValue } from './persistence.js';
import { median, percentile } from './percentiles.js';

describe('figures', () => {
  test('a percentile is a sample, by nearest rank', () => {
    const samples = [5, 1, 4, 2, 3];
    expect([0, 0.2, 0.5, 0.99, 1].map((share) => percentile(samples, share))).toEqual([1, 1, 3, 5, 5]);
    expect(samples).toEqual([5, 1, 4, 2, 3]);
    expect(percentile([], 0.5)).toBe(0);
  });

  test('the median of an even number of figures lies between the middle two', () => {
    expect([median([3, 1, 2]), median([1, 2, 3, 10]), median([])]).toEqual([2, 2.5, 0]);
  });

  test('a metric is summed over its labels, and others that begin like it are not taken for it', () => {
    const text = '# HELP a_total x\na_total{t="x y",u="}"} 2\na_total{t="z"} 3 1700000000\na_total_more 9\nb 1.5e3\n';
    expect([metricValue(text, 'a_total'), metricValue(text, 'b'), metricValue(text, 'c')]).toEqual([5, 1500, null]);
  });
});
