import cluster from 'node:cluster';
import { join } from 'node:path';
import type { MetricObject } from 'prom-client';
import { isSiblingMessage, type SiblingMessage } from './sibling-messages.js';

/** Injects the `Siblings` of a process that shares its port with others, or null. */
export const SIBLINGS = Symbol('siblings');

const answerTimeoutMs = 5000;

/**
 * The processes of one `--processes N`, as one of them sees them. They share a port: the supervisor gives each new connection to one
 * of them. A private folder holds one Unix socket per process.
 */
export class Siblings {
  private requestCount = 0;
  private readonly requests = new Map<number, (text: string) => void>();
  private readonly stopListeners: Array<() => void> = [];
  private readMetrics: () => Promise<MetricObject[]> = () => Promise.resolve([]);

  private constructor(
    private readonly folder: string,
    /** The name of this process: letters and digits. */
    readonly name: string,
  ) {
    process.on('message', (message) => {
      if (isSiblingMessage(message)) this.receive(message);
    });
  }

  /** Resolves once the supervisor has sent the shared folder; to undefined in a process without a supervisor. */
  static async join(): Promise<Siblings | undefined> {
    if (!cluster.isWorker) return undefined;
    const folder = await new Promise<string>((resolve) => {
      const receive = (message: unknown): void => {
        if (!isSiblingMessage(message) || message.kind !== 'folder') return;
        process.off('message', receive);
        resolve(message.folder);
      };
      process.on('message', receive);
      send({ kind: 'started' });
    });
    return new Siblings(folder, process.pid.toString(36));
  }

  /** The Unix socket on which the sibling accepts connections that belong to it. */
  socketPathOf(name: string): string {
    return join(this.folder, `${name}.sock`);
  }

  /** Reports that this process serves at `url`. */
  reportReady(url: string): void {
    send({ kind: 'ready', url });
  }

  /** Calls the listener when the supervisor stops this process. */
  onStop(listener: () => void): void {
    this.stopListeners.push(listener);
  }

  /** Sets how the supervisor reads this process's own metrics. */
  provideMetrics(read: () => Promise<MetricObject[]>): void {
    this.readMetrics = read;
  }

  /** The combined metrics of all processes. Rejects when the supervisor does not answer within 5 s. */
  readAllMetrics(): Promise<string> {
    this.requestCount += 1;
    const question = this.requestCount;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.requests.delete(question);
        reject(new Error(`the supervisor sent no metrics within ${answerTimeoutMs} ms`));
      }, answerTimeoutMs);
      this.requests.set(question, (text) => {
        clearTimeout(timer);
        resolve(text);
      });
      send({ kind: 'request-metrics', question });
    });
  }

  private receive(message: SiblingMessage): void {
    if (message.kind === 'stop') for (const listener of this.stopListeners) listener();
    if (message.kind === 'request-own-metrics') void this.sendMetrics(message.round);
    if (message.kind !== 'metrics') return;
    this.requests.get(message.question)?.(message.text);
    this.requests.delete(message.question);
  }

  private async sendMetrics(round: number): Promise<void> {
    const metrics = await this.readMetrics().catch(() => []);
    send({ kind: 'own-metrics', round, metrics });
  }
}

function send(message: SiblingMessage): void {
  process.send?.(message);
}
