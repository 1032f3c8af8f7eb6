import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the processor clock per second: fixed in the interface of Linux. */
const ticksPerSecond = 100;

interface Stat {
  readonly parent: number;
  /** Seconds of this process. */
  readonly own: number;
  /** Seconds of its children that have ended. */
  readonly ended: number;
}

/** Processor seconds of a process since its start; with those of all its children, where it has some. Linux only. */
export function processorSeconds(pid: number, withChildren = false): number {
  const stat = readStat(pid);
  if (stat === undefined) throw new Error(`there is no process ${pid}`);
  if (!withChildren) return stat.own;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? [])
    .filter(({ parent }) => parent === pid);
  return stat.own + stat.ended + children.reduce((sum, { own }) => sum + own, 0);
}

/** Bytes of memory that a process really takes. */
export function residentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return 1024 * Number(kibibytes);
}

function readStat(pid: number): Stat | undefined {
  try {
    // The name in parentheses may hold blanks and parentheses: what counts comes after the last one.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0] = fields.slice(1);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { parent, own: (user + system) / ticksPerSecond, ended: (endedUser + endedSystem) / ticksPerSecond };
  } catch {
    return undefined;
  }
}
