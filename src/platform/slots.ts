/**
 * Holds short-lived items in slots that are reused. A `Map` or a `Set` would keep such items alive: V8 replaces its table every few
 * dozen insertions, and the replaced tables reference each other and their items until the next collection of the old generation.
 */
export class Slots<T extends object> {
  private readonly items: (T | undefined)[] = [];
  private readonly free: number[] = [];

  /** Items that are held now. */
  get size(): number {
    return this.items.length - this.free.length;
  }

  /** Returns the item's slot, which removes it again. */
  addItem(item: T): number {
    const slot = this.free.pop() ?? this.items.length;
    this.items[slot] = item;
    return slot;
  }

  /** Does nothing when the slot is empty, or holds another item by now. */
  removeItem(slot: number, item: T): void {
    if (this.items[slot] !== item) return;
    this.items[slot] = undefined;
    this.free.push(slot);
  }

  /** All items, in no particular order. */
  *[Symbol.iterator](): Generator<T> {
    for (const item of this.items) if (item !== undefined) yield item;
  }
}
