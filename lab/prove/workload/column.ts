type Numbers = Uint8Array | Uint32Array | Float64Array;

/** A list of numbers that only grows, without an object per number, because a soak keeps millions of them. */
export class Column {
  private used = 0;
  private numbers: Numbers;

  private constructor(private readonly make: (length: number) => Numbers) {
    this.numbers = make(64);
  }

  /** Whole numbers from 0 to 255. */
  static ofBytes(): Column {
    return new Column((length) => new Uint8Array(length));
  }

  /** Whole numbers below 2 ** 32. */
  static ofIntegers(): Column {
    return new Column((length) => new Uint32Array(length));
  }

  /** Any numbers. */
  static ofDoubles(): Column {
    return new Column((length) => new Float64Array(length));
  }

  get length(): number {
    return this.used;
  }

  push(value: number): void {
    if (this.used === this.numbers.length) this.grow();
    this.numbers[this.used] = value;
    this.used += 1;
  }

  /** The number at `index`; 0 beyond the end. */
  at(index: number): number {
    return index < this.used ? (this.numbers[index] ?? 0) : 0;
  }

  private grow(): void {
    const larger = this.make(Math.ceil(this.numbers.length * 1.5));
    larger.set(this.numbers);
    this.numbers = larger;
  }
}

/** Numbers for texts that repeat often. */
export class Names {
  private readonly indexes = new Map<string, number>();
  private readonly texts: string[] = [];

  /** The number of the text. A new text gets a new number. */
  indexOf(text: string): number {
    const known = this.indexes.get(text);
    if (known !== undefined) return known;
    this.indexes.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  /** The number of the text; undefined for an unknown text. */
  find(text: string): number | undefined {
    return this.indexes.get(text);
  }

  textOf(index: number): string {
    return this.texts[index] ?? '';
  }

  get all(): readonly string[] {
    return this.texts;
  }
}
