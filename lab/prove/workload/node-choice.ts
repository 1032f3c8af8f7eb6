const avoidedMs = 1000;

/** Chooses as a load balancer would: one node after the other, and for a second none that has just failed. */
export class NodeChoice {
  private readonly avoidedUntil = new Map<string, number>();

  constructor(
    private readonly urls: readonly string[],
    /** Which of the nodes to begin with. */
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
