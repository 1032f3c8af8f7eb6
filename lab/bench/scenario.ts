import type { LoadTimes } from './generator/closed-loop.js';

/** The figures of one round by name; null where a contender has no such figure. */
export type Figures = Readonly<Record<string, number | null>>;

/** What the command line sets. */
export interface BenchOptions extends LoadTimes {
  /** Everything small, so that the whole set takes less than five minutes. */
  readonly isQuick: boolean;
  /** Share of the sizes of the scenarios (users, rows) to run with; 1 unless set. */
  readonly scale: number;
  /** Where a profiled server writes its profile; null when nothing is profiled. */
  readonly profileFolder: string | null;
}

/** Remembers what has to be ended; everything is, in reverse order, also after a failure. */
export type Defer = (end: () => void | Promise<void>) => void;

/** Loads the opened server for one round; the warm-up is inside and not measured. */
export type Round = () => Promise<Figures>;

/** One of those that are compared. */
export interface Contender {
  readonly name: string;
  /** Why it cannot run on this machine; null when it can. */
  missing?(): string | null;
  /** Starts the server and connects its users. */
  open(options: BenchOptions, defer: Defer): Promise<Round>;
}

/** A column of the printed table. */
export interface Column {
  readonly figure: string;
  readonly title: string;
  readonly digits: number;
}

/** What the medians of all contenders say; null when one of them did not run or has no such figure. */
export interface Results {
  /** The main figure of one contender over the reference's. */
  ratio(contender: string): number | null;
  figure(contender: string, figure: string): number | null;
}

/** A bar or stretch goal: its text, and whether it is met; null if this run cannot tell. */
export interface Goal {
  readonly says: string;
  isMet(results: Results): boolean | null;
}

/** One file under `lab/bench/scenarios/`, which exports it as `scenario`. */
export interface Scenario {
  /** Short id for the command line and for results: `W1`. */
  readonly id: string;
  readonly summary: string;
  /** The figure that is compared. */
  readonly mainFigure: string;
  /** True where less is better: times, memory. */
  readonly isLessBetter?: boolean;
  /** The contender whose main figure is 1.0; none where the figure stands for itself. */
  readonly reference?: string;
  /** Further contenders; how Parley stands to each of them is told where it ran. */
  readonly beside?: readonly string[];
  readonly columns: readonly Column[];
  readonly contenders: readonly Contender[];
  readonly bar?: Goal;
  readonly stretchGoal?: Goal;
  /** Rounds where fewer are enough, because each is long or hardly differs. */
  readonly roundsMax?: number;
  /**
   * Rounds of each contender before the first that counts (0): while a process compiles its code it is slower, for longer than the
   * warm-up of a round. A quick run does without.
   */
  readonly uncountedRounds?: number;
  /** Rounds of a quick run, where each takes long. */
  readonly quickRounds?: number;
}
