import { percentile } from './percentiles.js';

/** Measured durations in milliseconds. */
export class LatencySamples {
  private readonly samples: number[] = [];

  add(ms: number): void {
    this.samples.push(ms);
  }

  addAll({ samples }: LatencySamples): void {
    for (const ms of samples) this.samples.push(ms);
  }

  get count(): number {
    return this.samples.length;
  }

  percentileMs(share: number): number {
    return percentile(this.samples, share);
  }

  /** p50 and p99 as the figures `<name>P50Ms` and `<name>P99Ms`; null without samples. */
  figures(name: string): Record<string, number | null> {
    const at = (share: number): number | null => (this.samples.length === 0 ? null : percentile(this.samples, share));
    return { [`${name}P50Ms`]: at(0.5), [`${name}P99Ms`]: at(0.99) };
  }
}
