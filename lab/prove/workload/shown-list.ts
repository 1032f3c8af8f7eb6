import type { Sighting } from '../checker/history.js';
import { Column } from './column.js';
import { idOfTail, indexOfToken, tailOf, tokenOfIndex } from './compact-ids.js';

/** The messages of one conversation that one member saw, in order. Takes 16 bytes per message, because a dozen members see each message. */
export class ShownList implements Iterable<Sighting> {
  private readonly seqs = Column.ofIntegers();
  private readonly tokens = Column.ofIntegers();
  private readonly ids = Column.ofDoubles();

  constructor(private readonly conversationId: string) {}

  get length(): number {
    return this.seqs.length;
  }

  push({ seq, id, token }: Sighting): void {
    this.seqs.push(seq);
    this.tokens.push(indexOfToken(token));
    this.ids.push(tailOf(id));
  }

  *[Symbol.iterator](): Generator<Sighting> {
    const { conversationId } = this;
    for (let index = 0; index < this.length; index += 1) {
      const id = idOfTail(this.ids.at(index));
      yield { conversationId, seq: this.seqs.at(index), id, token: tokenOfIndex(this.tokens.at(index)) };
    }
  }
}
