import type { ContenderResult } from '../runner.js';
import type { Scenario } from '../scenario.js';

/** The medians as a table of text, the ratio to the reference last. */
export function formatTable(scenario: Scenario, results: readonly ContenderResult[]): string {
  const head = ['', ...scenario.columns.map(({ title }) => title), 'ratio'];
  const rows = results.map((result) => [
    result.name,
    ...scenario.columns.map(({ figure, digits }) => result.median[figure]?.toFixed(digits) ?? '-'),
    result.ratio.toFixed(2),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const format = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [head, ...rows].map(format).join('\n');
}
