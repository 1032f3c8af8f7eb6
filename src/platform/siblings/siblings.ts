import cluster from 'node:cluster';
import { join } from 'node:path';
import type { MetricObject } from 'prom-client';
import { isSiblingMessage, type SiblingMessage } from './sibling-messages.js';

/** Injects the `Siblings` of a process that shares its port with others, or null. */
export const SIBLINGS = Symbol('siblings');

const answerTimeoutMs = 5000;

/**
 * The processes of one `--processes N`, seen from one of them. They share a port: the supervisor gives each new connection to one
 * of them. A private folder of theirs has a Unix socket of each.
 */
export class Siblings {
  private questions = 0;
  private readonly asked = new Map<number, (text: string) => void>();
  private readonly stopListeners: Array<() => void> = [];
  private readMetrics: () => Promise<MetricObject[]> = () => Promise.resolve([]);

  private constructor(
    private readonly folder: string,
    /** This process among them: letters and digits. */
    readonly name: string,
  ) {
    process.on('message', (message) => {
      if (isSiblingMessage(message)) this.receive(message);
    });
  }

  /** Resolves once the supervisor has said where they meet; undefined in a process that was not started by one. */
  static async join(): Promise<Siblings | undefined> {
    if (!cluster.isWorker) return undefined;
    const folder = await new Promise<string>((resolve) => {
      const take = (message: unknown): void => {
        if (!isSiblingMessage(message) || message.kind !== 'meet') return;
        process.off('message', take);
        resolve(message.folder);
      };
      process.on('message', take);
      send({ kind: 'started' });
    });
    return new Siblings(folder, process.pid.toString(36));
  }

  /** The Unix socket on which a sibling takes what is its own. */
  socketOf(name: string): string {
    return join(this.folder, `${name}.sock`);
  }

  /** This process serves. */
  tellReady(url: string): void {
    send({ kind: 'ready', url });
  }

  /** Told when the supervisor wants this process to stop. */
  onStop(listener: () => void): void {
    this.stopListeners.push(listener);
  }

  /** How the supervisor gets this process's own metrics. */
  metricsFrom(read: () => Promise<MetricObject[]>): void {
    this.readMetrics = read;
  }

  /** The metrics of all of them together. Rejects when the supervisor does not answer within 5 s. */
  metricsOfAll(): Promise<string> {
    this.questions += 1;
    const question = this.questions;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.asked.delete(question);
        reject(new Error('the metrics of all processes did not come in time'));
      }, answerTimeoutMs);
      this.asked.set(question, (text) => {
        clearTimeout(timer);
        resolve(text);
      });
      send({ kind: 'ask-metrics', question });
    });
  }

  private receive(message: SiblingMessage): void {
    if (message.kind === 'stop') for (const listener of this.stopListeners) listener();
    if (message.kind === 'tell-metrics') void this.tellMetrics(message.round);
    if (message.kind !== 'metrics') return;
    this.asked.get(message.question)?.(message.text);
    this.asked.delete(message.question);
  }

  private async tellMetrics(round: number): Promise<void> {
    const metrics = await this.readMetrics().catch(() => []);
    send({ kind: 'own-metrics', round, metrics });
  }
}

function send(message: SiblingMessage): void {
  process.send?.(message);
}
