import { Counter, Histogram, type Registry } from 'prom-client';

/*
 * Metrics for the hot path: counted in plain numbers, and converted to prom-client's shape when the metrics are read. prom-client
 * itself builds a string of the labels for each observation, looks it up and checks it, which costs several times as much.
 */

interface Description {
  readonly name: string;
  readonly help: string;
  readonly registers: Registry[];
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Counts how often values fell into fixed ranges. */
export class PlainHistogram {
  private readonly name: string;
  private readonly bounds: readonly number[];
  private readonly counts: number[];
  private sum = 0;

  /** `buckets` holds the largest value of each range, in rising order; a last range counts all larger values. */
  constructor(description: Description & { readonly buckets: number[] }) {
    this.name = description.name;
    this.bounds = description.buckets;
    this.counts = Array.from({ length: this.bounds.length + 1 }, () => 0);
    new ShownHistogram(description, () => this.samples());
  }

  /** `value` is finite. */
  observe(value: number): void {
    const { bounds, counts } = this;
    let range = 0;
    while (range < bounds.length && value > (bounds[range] ?? value)) range += 1;
    counts[range] = (counts[range] ?? 0) + 1;
    this.sum += value;
  }

  /** The ranges of Prometheus are cumulative. */
  private samples(): Sample[] {
    let count = 0;
    const ranges = this.counts.map((inRange, range) => {
      count += inRange;
      return this.sample('bucket', count, { le: this.bounds[range] ?? '+Inf' });
    });
    return [...ranges, this.sample('sum', this.sum), this.sample('count', count)];
  }

  private sample(suffix: string, value: number, labels: Sample['labels'] = {}): Sample {
    return { metricName: `${this.name}_${suffix}`, labels, sharedLabels: {}, value };
  }
}

class ShownHistogram extends Histogram {
  constructor(
    private readonly description: Description,
    private readonly samples: () => Sample[],
  ) {
    super(description);
  }

  /** Called by the registry, directly or through `get`; prom-client's types do not declare it. */
  getForPromString(): object {
    const { name, help } = this.description;
    return { name, help, type: 'histogram', aggregator: 'sum', values: this.samples() };
  }
}

/** Counts by the values of one label, which are known in advance. */
export class PlainCounter<V extends string> {
  private readonly counts: Record<V, number>;

  constructor({ label, zeros, ...description }: Description & { readonly label: string; readonly zeros: Record<V, 0> }) {
    this.counts = { ...zeros };
    const { counts } = this;
    new Counter({
      ...description,
      labelNames: [label],
      collect() {
        this.reset();
        for (const value in counts) if (counts[value] > 0) this.inc({ [label]: value }, counts[value]);
      },
    });
  }

  addCount(value: V, count: number): void {
    this.counts[value] += count;
  }
}

/** A single count without labels. */
export class PlainTotal {
  private count = 0;

  constructor(description: Description) {
    const read = () => this.count;
    new Counter({
      ...description,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  increment(): void {
    this.count += 1;
  }
}
