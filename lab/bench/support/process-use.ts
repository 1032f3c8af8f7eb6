import { processorSeconds } from '../../simulate/process-meter.js';

/** A process whose processor time is measured; Postgres is many, of which the first is the parent. */
export interface Metered {
  readonly figure: string;
  readonly pids: readonly number[];
  readonly withChildren?: boolean;
}

/** Processor seconds of each so far, by figure; nothing where the system does not tell (it is read from /proc). */
export function readUse(processes: readonly Metered[]): ReadonlyMap<string, number> {
  if (process.platform !== 'linux') return new Map();
  return new Map(
    processes.map(({ figure, pids, withChildren }) => [
      figure,
      pids.reduce((sum, pid) => sum + processorSeconds(pid, withChildren ?? false), 0),
    ]),
  );
}

/** Microseconds per piece of work since `before`, by figure. */
export function usePer(processes: readonly Metered[], before: ReadonlyMap<string, number>, pieces: number): Record<string, number> {
  const now = readUse(processes);
  return Object.fromEntries([...now].map(([figure, seconds]) => [figure, (1e6 * (seconds - (before.get(figure) ?? 0))) / pieces]));
}
