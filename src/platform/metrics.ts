import { collectDefaultMetrics, Counter, Gauge, Histogram, type MetricObject, Registry } from 'prom-client';
import { PlainCounter, PlainHistogram, PlainTotal } from './plain-metrics.js';

/**
 * Milliseconds between two samples of the event loop's lag. Each wakes the process, which is otherwise idle. The series
 * `nodejs_eventloop_lag_min`, `_mean`, `_p50` to `_p99` are times between two samples: with no lag they show this interval.
 */
const eventLoopMonitoringPrecision = 100;

/** The five steps of the hot path. */
export type Step = 'accept' | 'commit' | 'deliver' | 'persist' | 'settle';

/** One value of a gauge, with its labels. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A figure that is read whenever the metrics are rendered. */
export interface GaugeSpec {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** All processes read the same figure: several processes on one port report the highest value instead of the sum. */
  readonly isShared?: boolean;
  /** Reads the current values. If it rejects or takes longer than a second, the gauge is left out and counted as failed; the other metrics still appear. */
  readonly read: () => readonly Sample[] | Promise<readonly Sample[]>;
}

/** Takes one observation, in the histogram's unit. Costs at most a tenth of a microsecond. */
export interface Observer {
  observe(value: number): void;
}

const stepHelp: Record<Step, string> = {
  accept: 'Seconds from a parsed send to its draft: membership, policy, limits',
  commit: 'Seconds from a draft to its commit in the conversation log, waiting included',
  deliver: 'Seconds to hand one committed batch to the sockets',
  persist: 'Seconds to write one batch from the log to the tables',
  settle: 'Seconds to take one persisted batch out of the log',
};
const fastSeconds = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const httpSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Milliseconds. While a store is unreachable, the other metrics must still appear without delay. */
const readTimeoutMs = 1000;
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];

/** The metrics for Prometheus. Labels are names of the contract (routes, error codes, queues), never ids or addresses. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly steps: Record<Step, PlainHistogram> = {
    accept: this.stepHistogram('accept'),
    commit: this.stepHistogram('commit'),
    deliver: this.stepHistogram('deliver'),
    persist: this.stepHistogram('persist'),
    settle: this.stepHistogram('settle'),
  };
  private readonly batchSize = this.histogram('parley_commit_batch_size', 'Drafts in one group commit', batchSizes);
  private readonly rows = this.counter('parley_persist_rows_total', 'Log entries written to the tables');
  private readonly messages = new PlainCounter({
    name: 'parley_messages_total',
    help: 'Messages by outcome',
    label: 'outcome',
    zeros: { accepted: 0, committed: 0, replayed: 0 },
    registers: [this.registry],
  });
  private readonly refusals = this.counter('parley_messages_refused_total', 'Refused sends, by error code', ['code']);
  private readonly events = new PlainTotal({
    name: 'parley_events_delivered_total',
    help: 'Events handed to the sockets of a process, counted once for each room',
    registers: [this.registry],
  });
  private readonly readFailures = this.counter('parley_metrics_read_failures_total', 'Gauges that could not be read', ['metric']);
  private readonly requests = new Histogram({
    name: 'parley_http_request_seconds',
    help: 'Seconds to answer a REST request, by the route of the contract',
    labelNames: ['route', 'status'],
    buckets: httpSeconds,
    registers: [this.registry],
  });

  /** Adds the process's own figures: CPU, memory, event loop, garbage collection. Further calls change nothing. */
  watchProcess(): void {
    if (this.registry.getSingleMetric('process_cpu_seconds_total') === undefined)
      collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision });
  }

  /** All metrics with their values, to be added to those of other processes. */
  readValues(): Promise<MetricObject[]> {
    return this.registry.getMetricsAsJSON();
  }

  /** Durations of one step of the hot path, in seconds. */
  stepDurations(step: Step): Observer {
    return this.steps[step];
  }

  /** One group commit of `size` drafts. */
  observeBatchSize(size: number): void {
    this.batchSize.observe(size);
  }

  /** `count` messages were accepted (drafted), committed, or recognised as replays of committed messages. */
  countMessages(outcome: 'accepted' | 'committed' | 'replayed', count = 1): void {
    this.messages.addCount(outcome, count);
  }

  /** A send was refused with this code of the error catalogue. */
  countRefused(code: string): void {
    this.refusals.inc({ code });
  }

  /** An event was handed to the sockets of a room. */
  countDelivered(): void {
    this.events.increment();
  }

  /** `count` log entries were written to the tables. */
  countPersistedRows(count: number): void {
    this.rows.inc(count);
  }

  /** One answered REST request. `route` is a name of the contract, or `other`. */
  observeRequest(route: string, status: number, seconds: number): void {
    this.requests.observe({ route, status: String(status) }, seconds);
  }

  /** Adds a gauge; a gauge of the same name is replaced. */
  addGauge({ name, help, labels = [], isShared = false, read }: GaugeSpec): void {
    this.registry.removeSingleMetric(name);
    const failures = this.readFailures;
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      aggregator: isShared ? 'max' : 'sum',
      registers: [this.registry],
      async collect() {
        this.reset();
        try {
          for (const sample of await withTimeout(read())) this.set({ ...sample.labels }, sample.value);
        } catch {
          // `reset` left a gauge with labels empty, but set a gauge without labels to 0.
          if (labels.length === 0) this.remove();
          failures.inc({ metric: name });
        }
      },
    });
  }

  /** All metrics in Prometheus' text format; `contentType` names it. */
  renderText(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private stepHistogram(step: Step): PlainHistogram {
    return this.histogram(`parley_${step}_seconds`, stepHelp[step], fastSeconds);
  }

  private histogram(name: string, help: string, buckets: number[]): PlainHistogram {
    return new PlainHistogram({ name, help, buckets, registers: [this.registry] });
  }

  private counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}

/** The metrics of this process. */
export const metrics = new Metrics();

async function withTimeout<T>(work: T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the figure took too long to read')), readTimeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
