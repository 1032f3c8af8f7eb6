import { publishedPage, withRowsAgain } from './published-page.js';
import type { RowReport, RunReport } from './report.js';

const findings = {
  ...{
    attempts: 10,
    attempted: 10,
    acked: 10,
    refused: 0,
    stored: 10,
    unknown: 0,
    recovered: 0,
    lost: 0,
    duplicated: 0,
    outOfOrder: 0,
    unexpected: 0,
  },
  ...{ gaps: 0, disagreement: 0, abortedReads: 0, receiptsBack: 0, examples: [] },
};

describe('the published page of fault scenarios', () => {
  it('replaces a row by its later run and marks it', () => {
    const first = run('a1', [row('F01', true), row('F02', false)]);
    const merged = withRowsAgain(first, run('b2', [row('F02', true)]));

    expect(merged).toMatchObject({ commit: 'a1', rows: [{ id: 'F01' }, { id: 'F02', isHeld: true, again: { commit: 'b2', seed: 7 } }] });
    expect(merged.line).toContain('faults 2/2 held');
    expect(publishedPage([merged])).toContain('F02 was run again: 2026-11-20 10:00 UTC, commit b2, seed 7.');
    expect(publishedPage([first])).not.toContain('run again');
  });

  it('inserts rows that the earlier run did not have in the order of ids', () => {
    const merged = withRowsAgain(run('a1', [row('F01', true), row('F03', true)]), run('b2', [row('F02', true)]));

    expect(merged.rows.map(({ id }) => id)).toEqual(['F01', 'F02', 'F03']);
    expect(merged.rows[1]).toMatchObject({ again: { commit: 'b2' } });
  });

  it('shows a row that did not hold with its error', () => {
    const page = publishedPage([run('a1', [{ ...row('F02', false), outcome: null, error: 'not within 5 ms: messages flow' }])]);

    expect(page).toContain('| **no** |');
    expect(page).toContain('not within 5 ms: messages flow');
    expect(page).toContain('faults 0/1 held');
  });
});

function row(id: string, isHeld: boolean): RowReport {
  const outcome = { findings, bars: [], kills: 1, worstRecoveryMs: 100, canaryP99Ms: 20 };
  return { id, name: `row-${id}`, title: `what ${id} does`, expect: 'nothing', isHeld, seconds: 3, loadAverage: 1, outcome, error: null };
}

function run(commit: string, rows: readonly RowReport[]): RunReport {
  const common = {
    mode: 'cluster',
    tier: 'full',
    seed: 7,
    startedAt: '2026-11-20T10:00:00.000Z',
    seconds: 60,
    machine: 'two cores',
  } as const;
  return { ...common, commit, rows, notRun: [], line: '' };
}
