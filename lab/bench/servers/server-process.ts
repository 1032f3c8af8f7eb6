import { Child } from '../../support/child.js';

const readyTimeoutMs = 60_000;
const stopGraceMs = 15_000;

export interface ServerOptions {
  readonly args?: readonly string[];
  /** The working directory. */
  readonly folder?: string;
  /** Added to what the system needs. No setting of the shell reaches a server that is measured with its defaults. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node. */
  readonly nodeArgs?: readonly string[];
}

/** A Node server in a child process that logs `{"msg":"ready","url":...}` once it listens. */
export class ServerProcess {
  private constructor(
    private readonly child: Child,
    readonly url: string,
    /** The inspector's address; null without `--inspect` among the options of Node. */
    readonly inspectorUrl: string | null,
  ) {}

  /** Starts a program and waits until it is ready. Throws with its last lines if it ends first or is not ready within 60 s. */
  static async start(program: string, { args = [], folder, environment, nodeArgs = [] }: ServerOptions = {}): Promise<ServerProcess> {
    const child = new Child({ command: process.execPath, args: [...nodeArgs, program, ...args], env: environment, cwd: folder });
    let inspectorUrl: string | null = null;
    child.onLine((line) => {
      inspectorUrl ??= /^Debugger listening on (ws:\S+)/.exec(line)?.[1] ?? null;
    });
    try {
      const line = await child.waitForLine(`${program} is ready`, (text) => readyUrl(text) !== null, readyTimeoutMs);
      return new ServerProcess(child, readyUrl(line) ?? '', inspectorUrl);
    } catch (error) {
      await child.stop(stopGraceMs);
      throw error;
    }
  }

  get pid(): number {
    return this.child.pid;
  }

  /** Sends SIGTERM, and SIGKILL after 15 s. */
  async stop(): Promise<void> {
    await this.child.stop(stopGraceMs);
  }
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
