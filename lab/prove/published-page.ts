import { finalLine, type RowReport, type RunReport } from './report.js';
import { markdownTable } from '../support/tables.js';
import { isWithin, type RowOutcome } from './rows/row.js';

const titles = [
  'id',
  'row',
  'what it does',
  'held',
  'kills:',
  'acked:',
  'zeros',
  'worst recovery:',
  'canary p99:',
  'figures',
  's:',
  'load:',
];

/** Replaces rows of a run with those of a later run, and marks them as run again. */
export function withRowsAgain(report: RunReport, { rows: later, startedAt, commit, seed }: RunReport): RunReport {
  const again = later.map((row) => ({ ...row, again: { startedAt, commit, seed } }));
  const kept = report.rows.filter(({ id }) => !again.some((row) => row.id === id));
  const rows = [...kept, ...again].toSorted((one, other) => one.id.localeCompare(other.id));
  return { ...report, rows, line: finalLine(rows) };
}

/** The results page of these runs as unformatted Markdown. */
export function publishedPage(reports: readonly RunReport[]): string {
  const kills = sum(reports, ({ kills: count }) => count);
  const acked = sum(reports, ({ findings }) => findings.acked);
  return [
    '# Fault scenarios: the latest full run',
    '`npm run prove -- --full --mode both --publish` writes this page; [lab/prove/README.md](../../../lab/prove/README.md) explains the figures.',
    `In total: ${kills} kills, ${acked} acknowledged messages.`,
    ...reports.map(section),
  ].join('\n\n');
}

function section(report: RunReport): string {
  const { mode, tier, startedAt, commit, machine, seed, seconds, rows, notRun } = report;
  return [
    `## ${mode} mode`,
    `\`${finalLine(rows)}\``,
    `${minute(startedAt)}, commit ${commit}, ${machine}, seed ${seed}, ${tier} tier, ${Math.round(seconds / 60)} minutes.` +
      (notRun.length === 0 ? '' : ` Rows that do not exist in this mode: ${notRun.join(', ')}.`),
    markdownTable(titles, rows.map(cellsOf)),
    ...rows.flatMap(ranAgain),
  ].join('\n\n');
}

function ranAgain({ id, again }: RowReport): string[] {
  return again === undefined ? [] : [`${id} was run again: ${minute(again.startedAt)}, commit ${again.commit}, seed ${again.seed}.`];
}

function cellsOf({ id, name, title, isHeld, seconds, loadAverage, outcome, error }: RowReport): (string | number)[] {
  const held = isHeld ? 'yes' : '**no**';
  if (outcome === null) return [id, name, title, held, '', '', '', '', '', error ?? '', Math.round(seconds), loadAverage];
  const { kills, findings, worstRecoveryMs, canaryP99Ms } = outcome;
  const recovery = `${(worstRecoveryMs / 1000).toFixed(1)} s`;
  const canary = `${Math.round(canaryP99Ms)} ms`;
  const measured = [kills, findings.acked, zeros(outcome), recovery, canary, figures(outcome)];
  return [id, name, title, held, ...measured, Math.round(seconds), loadAverage];
}

function zeros({ findings }: RowOutcome): string {
  const names = ['lost', 'duplicated', 'outOfOrder', 'unexpected', 'gaps', 'disagreement', 'abortedReads', 'receiptsBack'] as const;
  const broken = names.filter((name) => findings[name] > 0).map((name) => `**${name} ${findings[name]}**`);
  return broken.length === 0 ? 'all 0' : broken.join(', ');
}

function figures({ bars }: RowOutcome): string {
  return bars
    .filter(({ limit }) => limit !== undefined)
    .map((bar) => {
      const figure = `${bar.name} ${bar.value}${bar.unit === undefined ? '' : ` ${bar.unit}`} (${bar.atLeast === true ? '≥' : '≤'} ${bar.limit})`;
      return isWithin(bar) ? figure : `**${figure}**`;
    })
    .join('; ');
}

function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

function sum(reports: readonly RunReport[], of: (outcome: RowOutcome) => number): number {
  return reports.flatMap(({ rows }) => rows).reduce((total, { outcome }) => total + (outcome === null ? 0 : of(outcome)), 0);
}
