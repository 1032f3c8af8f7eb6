/**
 * Things that come and go all the time, in places that are used again. In a `Map` or a `Set` they would outlive themselves: V8 makes its
 * table anew every few dozen of them, and the outworn tables hold each other and what was in them until the next collection of old
 * objects.
 */
export class Slots<T extends object> {
  private readonly items: (T | undefined)[] = [];
  private readonly free: number[] = [];

  /** Things that are in a slot. */
  get size(): number {
    return this.items.length - this.free.length;
  }

  /** Answers its slot, by which it is taken out again. */
  add(item: T): number {
    const slot = this.free.pop() ?? this.items.length;
    this.items[slot] = item;
    return slot;
  }

  /** Nothing happens when the slot is empty, or another's by now. */
  remove(slot: number, item: T): void {
    if (this.items[slot] !== item) return;
    this.items[slot] = undefined;
    this.free.push(slot);
  }

  /** All of them, in no order. */
  *[Symbol.iterator](): Generator<T> {
    for (const item of this.items) if (item !== undefined) yield item;
  }
}
