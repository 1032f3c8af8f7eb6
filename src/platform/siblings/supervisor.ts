import cluster, { type Worker } from 'node:cluster';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../logging/log.js';
import { gatherMetrics } from './gather-metrics.js';
import { isSiblingMessage, type SiblingMessage } from './sibling-messages.js';

const restartFirstMs = 200;
const restartMaxMs = 5000;
/** A process that ran for this long had started successfully. */
const steadyMs = 30_000;

/**
 * Runs several processes of Parley on one port, and replaces processes that die. It serves no request itself: it only hands each new
 * connection to the next process in turn.
 */
export class Supervisor {
  private readonly ready = new Set<Worker>();
  private readonly exits = new Set<Promise<number>>();
  private isStopping = false;
  private restartMs = restartFirstMs;

  private constructor(
    private readonly count: number,
    private readonly folder: string,
    private readonly log: Log,
  ) {}

  static async open(count: number, log: Log): Promise<Supervisor> {
    return new Supervisor(count, await mkdtemp(join(tmpdir(), 'parley-')), log);
  }

  /** Starts one process, which migrates the database, then the others. Resolves to their address; rejects when one of them does not start. */
  async start(): Promise<string> {
    const url = await this.addProcess();
    await Promise.all(Array.from({ length: this.count - 1 }, () => this.addProcess()));
    return url;
  }

  /** Makes all processes drain and exit. Resolves to 0 when all of them exited with 0, else to 1. */
  async stop(): Promise<number> {
    this.isStopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) if (worker?.isConnected() === true) sendTo(worker, { kind: 'stop' });
    const codes = await Promise.all(this.exits);
    await rm(this.folder, { recursive: true, force: true });
    return codes.every((code) => code === 0) ? 0 : 1;
  }

  /** Resolves when the process is ready, with its address. */
  private addProcess(): Promise<string> {
    const worker = cluster.fork();
    const startedAt = performance.now();
    let isReady = false;
    const exit = new Promise<number>((resolve) => worker.once('exit', (code, signal) => resolve(signal === null ? code : 1)));
    this.exits.add(exit);
    return new Promise((resolve, reject) => {
      worker.on('message', (message: unknown) => {
        if (!isSiblingMessage(message)) return;
        if (message.kind === 'ready') {
          isReady = true;
          this.ready.add(worker);
          resolve(message.url);
        }
        this.answer(worker, message);
      });
      void exit.then((code) => {
        this.ready.delete(worker);
        if (!this.isStopping) this.exits.delete(exit);
        if (!isReady) reject(new ProcessDidNotStart(code));
        else if (!this.isStopping) this.replace(code, startedAt);
      });
    });
  }

  private answer(worker: Worker, message: SiblingMessage): void {
    if (message.kind === 'started') sendTo(worker, { kind: 'folder', folder: this.folder });
    // This process was still starting when the others were stopped.
    if (message.kind === 'ready' && this.isStopping) sendTo(worker, { kind: 'stop' });
    if (message.kind !== 'request-metrics') return;
    const { question } = message;
    gatherMetrics([...this.ready].filter((one) => one.isConnected())).then(
      (text) => sendTo(worker, { kind: 'metrics', question, text }),
      (error: unknown) => this.log.warn({ err: error }, 'the metrics of all processes could not be gathered'),
    );
  }

  private replace(code: number, startedAt: number): void {
    if (performance.now() - startedAt > steadyMs) this.restartMs = restartFirstMs;
    this.log.error({ code, restartMs: this.restartMs }, 'a process ended by itself; a new process replaces it');
    setTimeout(() => {
      if (!this.isStopping) this.addProcess().catch(() => this.replace(1, performance.now()));
    }, this.restartMs);
    this.restartMs = Math.min(this.restartMs * 2, restartMaxMs);
  }
}

/** A process ended before it was ready. Its own output says why. */
export class ProcessDidNotStart extends Error {
  constructor(readonly exitCode: number) {
    super('a process did not start');
    this.name = 'ProcessDidNotStart';
  }
}

function sendTo(worker: Worker, message: SiblingMessage): void {
  if (worker.isConnected()) worker.send(message);
}
