import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const readyTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;
const linesKept = 30;
const running = new Set<ChildProcess>();

/** Where the child runs, and the variables it gets beside a few of the shell's. */
export interface Surroundings {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  readonly nodeArgs?: readonly string[];
}

/** A server as a child process: started until it logs `{"msg":"ready","url":...}`, ended by its own pid. */
export class ChildServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** Where it listens for a debugger, when `--inspect` is among its options. */
    readonly inspectorUrl: string | null,
  ) {}

  /** Starts a Node program; throws with the end of its output when it ends or stays silent for 60 s. */
  static async start(program: string, args: readonly string[] = [], surroundings: Surroundings = {}): Promise<ChildServer> {
    const env = { ...inheritedEnvironment(), ...surroundings.environment };
    const child = spawn(process.execPath, [...(surroundings.nodeArgs ?? []), program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
      cwd: surroundings.folder,
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const output: string[] = [];
    let inspectorUrl: string | null = null;
    const url = new Promise<string>((resolve, reject) => {
      const onLine = (line: string): void => {
        inspectorUrl = /^Debugger listening on (ws:\S+)/.exec(line)?.[1] ?? inspectorUrl;
        output.push(line);
        if (output.length > linesKept) output.shift();
        const address = readyUrl(line);
        if (address !== null) resolve(address);
      };
      for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new Error(`${program} ended (${code ?? signal}):\n${output.join('\n')}`)));
      setTimeout(
        () => reject(new Error(`${program} was not ready in ${readyTimeoutMs} ms:\n${output.join('\n')}`)),
        readyTimeoutMs,
      ).unref();
    });
    try {
      return new ChildServer(child, await url, inspectorUrl);
    } catch (error) {
      await stop(child);
      throw error;
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** SIGTERM, and SIGKILL when it has not drained in 15 s. */
  stop(): Promise<void> {
    return stop(this.child);
  }
}

/** Tells every child that still runs to end; for the last moment of a process that was interrupted. */
export function stopAllNow(): void {
  for (const child of running) child.kill('SIGTERM');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const isEnded = await Promise.race([ended.then(() => true), sleep(stopTimeoutMs, false, { ref: false })]);
  if (isEnded) return;
  child.kill('SIGKILL');
  await ended;
}

function readyUrl(line: string): string | null {
  if (!line.includes('"ready"')) return null;
  try {
    const entry: unknown = JSON.parse(line);
    const isReady = typeof entry === 'object' && entry !== null && 'msg' in entry && entry.msg === 'ready';
    return isReady && 'url' in entry && typeof entry.url === 'string' ? entry.url : null;
  } catch {
    return null;
  }
}

/** Settings of the shell must not reach a server that is measured with its defaults. */
function inheritedEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ', 'SYSTEMROOT'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
