const avoidedMs = 1000;

/** Chooses nodes as a load balancer does: in turn, without nodes that failed within the last second. */
export class NodeChoice {
  private readonly avoidedUntil = new Map<string, number>();

  constructor(
    private readonly urls: readonly string[],
    /** The index of the first node. */
    private turn: number,
  ) {}

  next(): string {
    this.turn += 1;
    const now = performance.now();
    return this.first((url) => (this.avoidedUntil.get(url) ?? 0) <= now) ?? this.first(() => true) ?? '';
  }

  avoid(url: string): void {
    this.avoidedUntil.set(url, performance.now() + avoidedMs);
  }

  private first(fits: (url: string) => boolean): string | undefined {
    return this.urls.map((_, index) => this.urls[(this.turn + index) % this.urls.length] ?? '').find(fits);
  }
}
