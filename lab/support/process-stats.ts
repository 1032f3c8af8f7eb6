import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second in /proc: fixed by the Linux ABI. */
const ticksPerSecond = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** Processor seconds of the process itself. */
  readonly own: number;
  /** Processor seconds of its children that have ended. */
  readonly ended: number;
}

/** Processor seconds of a process since its start, optionally with those of its children. Linux only. Throws if there is no such process. */
export function processorSeconds(pid: number, withChildren = false): number {
  const stat = readStat(pid);
  if (stat === undefined) throw new Error(`there is no process ${pid}`);
  if (!withChildren) return stat.own;
  return stat.own + stat.ended + childrenOf(pid).reduce((sum, { own }) => sum + own, 0);
}

/** Resident memory of a process in bytes; 0 if there is no such process. Linux only. */
export function residentBytes(pid: number): number {
  try {
    const [, kibibytes = 0] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return 1024 * Number(kibibytes);
  } catch {
    return 0;
  }
}

/** The pids of a process's children, their children, and so on. Linux only. */
export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child.pid, ...descendantsOf(child.pid)]);
}

function childrenOf(pid: number): Stat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? [])
    .filter(({ parent }) => parent === pid);
}

function readStat(pid: number): Stat | undefined {
  try {
    // The name in parentheses may contain spaces and parentheses; the fields begin after the last one.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0] = fields.slice(1);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { pid, parent, own: (user + system) / ticksPerSecond, ended: (endedUser + endedSystem) / ticksPerSecond };
  } catch {
    return undefined;
  }
}
