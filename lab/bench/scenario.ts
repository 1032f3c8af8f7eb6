import type { LoadTimes } from './generator/closed-loop.js';

/** The figures of one round by name; null if a contender has no such figure. */
export type Figures = Readonly<Record<string, number | null>>;

/** Options from the command line. */
export interface BenchOptions extends LoadTimes {
  /** Small sizes: all scenarios take less than five minutes. */
  readonly isQuick: boolean;
  /** Share of the scenarios' sizes (users, rows); 1 by default. */
  readonly scale: number;
  /** Where a profiled server writes its profile; null without a profile. */
  readonly profileFolder: string | null;
}

/** Registers a clean-up. All clean-ups run in reverse order, also after a failure. */
export type Defer = (end: () => void | Promise<void>) => void;

/** Puts the server under load for one round. It begins with a warm-up that is not measured. */
export type Round = () => Promise<Figures>;

/** A server that is compared with others. */
export interface Contender {
  readonly name: string;
  /** The reason why it cannot run on this machine; null if it can. */
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

/** The medians of all contenders; null if a contender did not run or has no such figure. */
export interface Results {
  /** The main figure of a contender over the reference's. */
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
  /** The figure that ratios and plots use. */
  readonly mainFigure: string;
  /** Whether less is better: durations, memory. */
  readonly isLessBetter?: boolean;
  /** The contender that ratios refer to; undefined if the figure stands for itself. */
  readonly reference?: string;
  /** Further contenders. Parley's ratio to each of them is printed below the table. */
  readonly beside?: readonly string[];
  readonly columns: readonly Column[];
  readonly contenders: readonly Contender[];
  readonly bar?: Goal;
  readonly stretchGoal?: Goal;
  /** Fewer rounds than usual, because each is long or they hardly differ. */
  readonly roundsMax?: number;
  /**
   * Rounds of each contender before the first one that counts; 0 by default. Node compiles hot code for longer than the warm-up of a
   * round takes. A quick run has none.
   */
  readonly uncountedRounds?: number;
  /** The number of rounds of a quick run, if a round takes long. */
  readonly quickRounds?: number;
}
