import { percentile } from '../../replay/percentiles.js';

/** Milliseconds that something took, many times. */
export class LatencySamples {
  private readonly samples: number[] = [];

  add(ms: number): void {
    this.samples.push(ms);
  }

  each(take: (ms: number) => void): void {
    this.samples.forEach(take);
  }

  get count(): number {
    return this.samples.length;
  }

  /** p50 and p99 under the names `<name>P50Ms` and `<name>P99Ms`; null when nothing was measured. */
  figures(name: string): Record<string, number | null> {
    const at = (share: number): number | null => (this.samples.length === 0 ? null : percentile(this.samples, share));
    return { [`${name}P50Ms`]: at(0.5), [`${name}P99Ms`]: at(0.99) };
  }
}
