import { collectDefaultMetrics, Counter, Gauge, Histogram, type MetricObject, Registry } from 'prom-client';
import { PlainCounter, PlainHistogram, PlainTotal } from './plain-metrics.js';

/**
 * Milliseconds between two looks at how late the event loop is. Each wakes the process, which has nothing else to do when it is idle.
 * The series `nodejs_eventloop_lag_min`, `_mean`, `_p50` to `_p99` tell times between two looks: this long where nothing is late.
 */
const eventLoopMonitoringPrecision = 100;

/** The five steps of the hot path. */
export type Step = 'accept' | 'commit' | 'deliver' | 'persist' | 'settle';

/** One value of a gauge, with a value for each of its labels. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A figure that is read when somebody asks for the metrics. */
export interface GaugeSpec {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Every process reads the same figure: of several on one port, the highest counts, and not their sum. */
  readonly isShared?: boolean;
  /** Reads the present values. When it rejects or takes over a second, the gauge is left out and counted as failed; the other metrics are given. */
  readonly read: () => readonly Sample[] | Promise<readonly Sample[]>;
}

/** Takes one observation, in the histogram's unit. Costs a tenth of a microsecond at the most. */
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
/** Milliseconds. Who asks for metrics while a store is away wants the others at once. */
const readTimeoutMs = 1000;
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];

/** What Prometheus reads. Labels are names of the contract (routes, error codes, queues), never ids or addresses. */
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
    help: 'Messages by what became of them',
    label: 'outcome',
    zeros: { accepted: 0, committed: 0, replayed: 0 },
    registers: [this.registry],
  });
  private readonly refusals = this.counter('parley_messages_refused_total', 'Sends that were refused, by error code', ['code']);
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
  read(): Promise<MetricObject[]> {
    return this.registry.getMetricsAsJSON();
  }

  /** Durations of one step of the hot path, in seconds. */
  step(step: Step): Observer {
    return this.steps[step];
  }

  /** One group commit of `size` drafts. */
  committedBatch(size: number): void {
    this.batchSize.observe(size);
  }

  /** `count` messages were accepted (drafted), committed, or were replays of committed ones. */
  countMessages(outcome: 'accepted' | 'committed' | 'replayed', count = 1): void {
    this.messages.add(outcome, count);
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
  persistedRows(count: number): void {
    this.rows.inc(count);
  }

  /** One answered REST request. `route` is a name of the contract, or `other`. */
  request(route: string, status: number, seconds: number): void {
    this.requests.observe({ route, status: String(status) }, seconds);
  }

  /** Adds a figure that is read on demand; one of the same name takes the former's place. */
  gauge({ name, help, labels = [], isShared = false, read }: GaugeSpec): void {
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
          for (const sample of await inTime(read())) this.set({ ...sample.labels }, sample.value);
        } catch {
          // One with labels has no value left; one without was set to 0.
          if (labels.length === 0) this.remove();
          failures.inc({ metric: name });
        }
      },
    });
  }

  /** All metrics in Prometheus' text format; `contentType` names it. */
  render(): Promise<string> {
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

async function inTime<T>(work: T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the figure took too long to read')), readTimeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
