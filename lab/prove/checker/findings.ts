/** What must be nothing at all in every scenario. */
export const zeroNames = [
  'lost',
  'duplicated',
  'outOfOrder',
  'unexpected',
  'abortedReads',
  'gaps',
  'disagreement',
  'receiptsBack',
] as const;
export type ZeroName = (typeof zeroNames)[number];

/** What the checker found. Counts are of messages unless said. */
export interface Findings extends Readonly<Record<ZeroName, number>> {
  /** Operations, and their attempts. */
  readonly attempted: number;
  readonly attempts: number;
  readonly acked: number;
  readonly refused: number;
  /** Operations whose sender never learned the outcome. */
  readonly unknown: number;
  /** Found present although an attempt ended unknown: never answered, or answered as a replay. */
  readonly recovered: number;
  readonly stored: number;
  /** The first few violations in words. */
  readonly examples: readonly string[];
}

/** What each zero counts, for the report and the documentation. */
export const zeroMeanings: Readonly<Record<ZeroName, string>> = {
  lost: 'acknowledged and missing, in the database, in REST history or at any recipient',
  duplicated: 'more than once in the database, or shown with two seq',
  outOfOrder: 'acknowledged before another of its conversation was asked for, and numbered after it',
  unexpected: 'present though never sent, or though refused',
  abortedReads: 'shown to somebody and not in the database',
  gaps: 'a seq that is missing in the database or at a recipient, below one that is there',
  disagreement: 'a seq that names two messages for two parties: ack, database, REST history, recipients',
  receiptsBack: 'a cursor that was told lower than before to the same observer',
};

const examplesMax = 20;

/** The findings of several conversations as one. */
export function sumFindings(all: readonly Findings[]): Findings {
  const sum = (name: Exclude<keyof Findings, 'examples'>) => all.reduce((total, findings) => total + findings[name], 0);
  const zeros = new Tally().zeros();
  for (const name of zeroNames) zeros[name] = sum(name);
  return {
    ...zeros,
    attempted: sum('attempted'),
    attempts: sum('attempts'),
    acked: sum('acked'),
    refused: sum('refused'),
    unknown: sum('unknown'),
    recovered: sum('recovered'),
    stored: sum('stored'),
    examples: all.flatMap(({ examples }) => examples).slice(0, examplesMax),
  };
}

/** Counts violations by name and keeps the first few in words. */
export class Tally {
  private readonly counts = new Map<ZeroName, number>();
  private readonly said: string[] = [];

  add(name: ZeroName, what: () => string): void {
    this.counts.set(name, this.of(name) + 1);
    if (this.said.length < examplesMax) this.said.push(`${name}: ${what()}`);
  }

  of(name: ZeroName): number {
    return this.counts.get(name) ?? 0;
  }

  zeros(): Record<ZeroName, number> {
    return {
      lost: this.of('lost'),
      duplicated: this.of('duplicated'),
      outOfOrder: this.of('outOfOrder'),
      unexpected: this.of('unexpected'),
      abortedReads: this.of('abortedReads'),
      gaps: this.of('gaps'),
      disagreement: this.of('disagreement'),
      receiptsBack: this.of('receiptsBack'),
    };
  }

  get examples(): readonly string[] {
    return this.said;
  }
}
