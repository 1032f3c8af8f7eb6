import { processorSeconds } from '../../support/process-stats.js';

/** Processes whose processor time is measured together. Postgres is a parent process with children. */
export interface Metered {
  readonly figure: string;
  readonly pids: readonly number[];
  readonly withChildren?: boolean;
}

/** Processor seconds so far by figure; empty on systems without /proc. */
export function readUse(processes: readonly Metered[]): ReadonlyMap<string, number> {
  if (process.platform !== 'linux') return new Map();
  return new Map(
    processes.map(({ figure, pids, withChildren }) => [
      figure,
      pids.reduce((sum, pid) => sum + processorSeconds(pid, withChildren ?? false), 0),
    ]),
  );
}

/** Microseconds per unit of work since `before`, by figure. */
export function usePer(processes: readonly Metered[], before: ReadonlyMap<string, number>, units: number): Record<string, number> {
  const now = readUse(processes);
  return Object.fromEntries([...now].map(([figure, seconds]) => [figure, (1e6 * (seconds - (before.get(figure) ?? 0))) / units]));
}
