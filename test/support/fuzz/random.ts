/** Pseudo-random choices that are the same for the same seed, so that a failure can be repeated. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** An integer from 0 up to, and without, `bound`. */
  below(bound: number): number {
    // Mulberry32.
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound);
  }

  /** One of the items. Throws if there is none. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }

  /** A text of up to `lengthMax` UTF-16 units of all kinds, with lone surrogates among them. */
  text(lengthMax: number): string {
    const ranges = [0x80, 0x80, 0x250, 0x3000, 0x10000];
    return Array.from({ length: this.below(lengthMax + 1) }, () => String.fromCharCode(this.below(this.pick(ranges)))).join('');
  }

  /** A JSON value of any kind, at most `depth` levels deep. */
  json(depth: number): unknown {
    const kind = this.below(depth > 0 ? 8 : 6);
    if (kind === 0) return null;
    if (kind === 1) return this.below(2) === 1;
    if (kind <= 3) return (this.below(2 ** 31) - 2 ** 30) * 10 ** (this.below(20) - 10);
    if (kind <= 5) return this.text(12);
    const children = Array.from({ length: this.below(4) }, () => this.json(depth - 1));
    return kind === 6 ? children : Object.fromEntries(children.map((child) => [this.text(6), child]));
  }
}
