import { compareResults } from './compare-results.js';
import type { BenchResult } from './result-file.js';

interface Given {
  readonly ratio: number | null;
  readonly isLessBetter?: boolean;
  readonly figure?: number;
  readonly processor?: string;
}

function result({ ratio, isLessBetter = false, figure = 100, processor = 'one' }: Given): BenchResult {
  const contenders = [
    { name: 'bare Socket.IO', median: { main: 100 }, ratio: 1 },
    { name: 'Parley, embedded', median: { main: figure }, ratio },
  ];
  return {
    machine: { at: '2026-01-01T00:00:00.000Z', commit: null, cores: 2, processor },
    scenarios: [{ id: 'W2', mainFigure: 'main', isLessBetter, contenders }],
  };
}

describe('compareResults', () => {
  it('reports a ratio that fell by more than the tolerance', () => {
    expect(compareResults(result({ ratio: 1 }), result({ ratio: 0.8 }), 0.15)).toMatchObject([{ isWorse: true, change: 0.8 }]);
    expect(compareResults(result({ ratio: 1 }), result({ ratio: 0.9 }), 0.15)).toMatchObject([{ isWorse: false }]);
  });

  it('reports a greater ratio as worse if less is better', () => {
    const [before, now] = [result({ ratio: 1, isLessBetter: true }), result({ ratio: 2, isLessBetter: true })];
    expect(compareResults(before, now, 0.15)).toMatchObject([{ isWorse: true, change: 0.5 }]);
    expect(compareResults(now, before, 0.15)).toMatchObject([{ isWorse: false, change: 2 }]);
  });

  it('compares a figure without a reference only between runs on the same machine', () => {
    const [before, now] = [result({ ratio: null, figure: 100 }), result({ ratio: null, figure: 50 })];
    expect(compareResults(before, now, 0.15)).toMatchObject([{ isRatio: false, isWorse: true }]);
    expect(compareResults(before, result({ ratio: null, figure: 50, processor: 'other' }), 0.15)).toEqual([]);
  });

  it('skips a scenario that the earlier result does not have', () => {
    const now = result({ ratio: 1 });
    expect(compareResults({ ...now, scenarios: [] }, now, 0.15)).toEqual([]);
  });
});
