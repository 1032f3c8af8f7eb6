import type { Worker } from 'node:cluster';
import { AggregatorRegistry, type MetricObject } from 'prom-client';
import { isSiblingMessage, type SiblingMessage } from './sibling-messages.js';

/** A process that does not answer in time is left out: it may be stopping. */
const answerTimeoutMs = 2000;
let rounds = 0;

/** Requests the metrics of each process and adds them up, in Prometheus' text format. */
export async function gatherMetrics(workers: readonly Worker[]): Promise<string> {
  rounds += 1;
  const round = rounds;
  const answers = await Promise.all(workers.map((worker) => metricsOf(worker, round)));
  return AggregatorRegistry.aggregate(answers.filter((answer) => answer !== undefined)).metrics();
}

function metricsOf(worker: Worker, round: number): Promise<MetricObject[] | undefined> {
  return new Promise((resolve) => {
    const done = (metrics: MetricObject[] | undefined): void => {
      clearTimeout(timer);
      worker.off('message', receive);
      worker.off('exit', giveUp);
      resolve(metrics);
    };
    const receive = (message: unknown): void => {
      if (isSiblingMessage(message) && message.kind === 'own-metrics' && message.round === round) done(message.metrics);
    };
    const giveUp = (): void => done(undefined);
    const timer = setTimeout(giveUp, answerTimeoutMs);
    worker.on('message', receive);
    worker.once('exit', giveUp);
    worker.send({ kind: 'request-own-metrics', round } satisfies SiblingMessage);
  });
}
