/** The counts that must be zero in every scenario. */
export const zeroNames = [
  /** Acknowledged, but missing in the database, in REST history or at a recipient. */
  'lost',
  /** Stored more than once, or shown under two `seq`. */
  'duplicated',
  /** Acknowledged before another send of its conversation began, but numbered after it. */
  'outOfOrder',
  /** Stored or shown although it was refused or never sent. */
  'unexpected',
  /** Shown to a recipient or in REST history, but not in the database. */
  'abortedReads',
  /** A `seq` missing in the database or at a recipient, below a `seq` that is present. */
  'gaps',
  /** One `seq` names different messages in the ack, the database, REST history or at recipients. */
  'disagreement',
  /** A cursor that an observer saw move backwards. */
  'receiptsBack',
] as const;
export type ZeroName = (typeof zeroNames)[number];

/** The result of the checker. Counts are of messages unless stated otherwise. */
export interface Findings extends Readonly<Record<ZeroName, number>> {
  /** Operations, each with one or more attempts. */
  readonly attempted: number;
  readonly attempts: number;
  readonly acked: number;
  readonly refused: number;
  /** Operations whose sender never learned the outcome. */
  readonly unknown: number;
  /** Operations that took effect although an attempt ended without an answer or was answered as a replay. */
  readonly recovered: number;
  readonly stored: number;
  /** The first few violations, as text. */
  readonly examples: readonly string[];
}

const examplesMax = 20;

/** Adds up the findings of several conversations. */
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

/** Counts violations by name and keeps the first few as text. */
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
