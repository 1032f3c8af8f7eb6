/** One bar: its median and its rounds. */
export interface ChartRow {
  readonly name: string;
  readonly value: number;
  readonly rounds: readonly number[];
  /** Printed after the value. */
  readonly note: string;
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly ChartRow[];
  /** Lines of text below the bars. */
  readonly remarks: readonly string[];
}

const width = 1000;
const labelWidth = 190;
const valueWidth = 190;
const rowHeight = 34;
const barHeight = 20;
const headHeight = 64;
const remarkHeight = 20;
const colours = { parley: '#2563eb', others: '#9aa5b1' } as const;

/** An SVG document with bars from zero and a dot for each round. The longest bar has the full width. */
export function drawBarChart({ title, unit, rows, remarks }: Chart): string {
  const height = headHeight + rows.length * rowHeight + remarks.length * remarkHeight + 20;
  const most = Math.max(...rows.flatMap(({ value, rounds }) => [value, ...rounds]), Number.MIN_VALUE);
  const scale = (value: number): number => Math.max(0, (value / most) * (width - labelWidth - valueWidth));
  const body = rows.map((row, index) => drawRow(row, headHeight + index * rowHeight, scale));
  const below = headHeight + rows.length * rowHeight + 18;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(16, 24, title.slice(0, 140), 'font-weight="600"'),
    text(16, 44, unit, 'fill="#52606d"'),
    ...body,
    ...remarks.map((remark, index) => text(16, below + index * remarkHeight, remark, 'fill="#52606d"')),
    '</svg>',
    '',
  ].join('\n');
}

function drawRow({ name, value, rounds, note }: ChartRow, top: number, scale: (value: number) => number): string {
  const middle = top + barHeight / 2;
  const colour = name.startsWith('Parley') ? colours.parley : colours.others;
  const dots = rounds.map(
    (round) => `<circle cx="${(labelWidth + scale(round)).toFixed(1)}" cy="${middle}" r="3" fill="#1f2933" opacity="0.6"/>`,
  );
  const end = labelWidth + Math.max(scale(value), ...rounds.map(scale));
  return [
    text(labelWidth - 10, middle + 4, name, 'text-anchor="end"'),
    `<rect x="${labelWidth}" y="${top}" width="${scale(value).toFixed(1)}" height="${barHeight}" fill="${colour}"/>`,
    ...dots,
    text(end + 10, middle + 4, `${shortNumber(value)} ${note}`.trim()),
  ].join('');
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escapeXml(content)}</text>`;
}

/** Three significant digits with thousands separators. */
function shortNumber(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 4 });
}

function escapeXml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
