/** The figures of one round by name; null where a contender has no such figure. */
export type Figures = Readonly<Record<string, number | null>>;

/** What the command line sets. */
export interface BenchOptions {
  /** Seconds measured per round and contender, after the warm-up. */
  readonly seconds: number;
  /** Users that send to each other, two by two, where the scenario has pairs. */
  readonly pairs: number;
}

/** Remembers what has to be ended; everything is, in reverse order, also after a failure. */
export type Defer = (end: () => void | Promise<void>) => void;

/** Loads the opened server for one round; the warm-up is inside and not measured. */
export type Round = () => Promise<Figures>;

/** One of those that are compared. */
export interface Contender {
  readonly name: string;
  /** Starts the server and connects its users. */
  open(options: BenchOptions, defer: Defer): Promise<Round>;
}

/** A column of the printed table. */
export interface Column {
  readonly figure: string;
  readonly title: string;
  readonly digits: number;
}

/** One file under `bench/scenarios/`, which exports it as `scenario`. The first contender is the reference. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** The figure whose ratio to the reference is the result; more is better. */
  readonly mainFigure: string;
  readonly columns: readonly Column[];
  readonly contenders: readonly Contender[];
}
