import { metricValue } from './metrics.js';

const text = '# HELP a_total x\na_total{t="x y",u="}"} 2\na_total{t="z"} 3 1700000000\na_total_more 9\nb 1.5e3\n';

describe('metricValue', () => {
  it('sums a metric over its labels and ignores metrics whose names begin alike', () => {
    expect([metricValue(text, 'a_total'), metricValue(text, 'b'), metricValue(text, 'c')]).toEqual([5, 1500, null]);
  });

  it('finds the samples with given labels', () => {
    expect([metricValue(text, 'a_total', { t: 'z' }), metricValue(text, 'a_total', { t: 'none' })]).toEqual([3, null]);
  });
});
