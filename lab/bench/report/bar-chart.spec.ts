import { drawBarChart } from './bar-chart.js';

const row = (name: string, value: number) => ({ name, value, rounds: [value], note: '' });

describe('drawBarChart', () => {
  it('draws bars from zero in proportion to their values', () => {
    const svg = drawBarChart({ title: 'W2', unit: 'acks', rows: [row('one', 50), row('two', 100), row('three', 0)], remarks: [] });
    const widths = [...svg.matchAll(/<rect x="190"[^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths[0]).toBeCloseTo((widths[1] ?? NaN) / 2);
    expect(widths[2]).toBe(0);
  });

  it('escapes all text', () => {
    const svg = drawBarChart({ title: 'a < b & "c"', unit: '', rows: [row('<script>', 1)], remarks: ['bar >= 2'] });
    expect(svg).not.toContain('<script>');
    expect(svg).toContain('a &lt; b &amp; &quot;c&quot;');
    expect(svg.trimEnd().endsWith('</svg>')).toBe(true);
  });
});
