import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/database.js';
import type { LogEntry } from './draft.js';

/** Brings one entry into storage. Idempotent: an entry that was applied before changes nothing. */
export type ApplyOne = (tx: Transaction, entry: LogEntry) => Promise<void>;
/** Brings many entries of one kind into storage at once, ahead of all other kinds of their batch. Idempotent. */
export type ApplyMany = (tx: Transaction, entries: readonly LogEntry[]) => Promise<void>;

/** No module of this version knows how to persist entries of this kind. */
export class UnknownEntryError extends Error {
  constructor(kind: string) {
    super(`no applier for entries of kind ${kind}`);
    this.name = 'UnknownEntryError';
  }
}

/** Who knows how to persist which kind of entry. Features register their kinds when their module starts. */
@Injectable()
export class EntryAppliers {
  private readonly one = new Map<string, ApplyOne>();
  private readonly many = new Map<string, ApplyMany>();

  register(kind: string, apply: ApplyOne): void {
    this.refuseTwice(kind);
    this.one.set(kind, apply);
  }

  registerMany(kind: string, apply: ApplyMany): void {
    this.refuseTwice(kind);
    this.many.set(kind, apply);
  }

  /** Applies entries that are in `rev` order per conversation. Throws `UnknownEntryError`. */
  async apply(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
    for (const [kind, applyMany] of this.many) {
      const ofKind = entries.filter((entry) => entry.kind === kind);
      if (ofKind.length > 0) await applyMany(tx, ofKind);
    }
    for (const entry of entries) {
      if (this.many.has(entry.kind)) continue;
      const applyOne = this.one.get(entry.kind);
      if (applyOne === undefined) throw new UnknownEntryError(entry.kind);
      await applyOne(tx, entry);
    }
  }

  private refuseTwice(kind: string): void {
    if (this.one.has(kind) || this.many.has(kind)) throw new Error(`two appliers for entries of kind ${kind}`);
  }
}
