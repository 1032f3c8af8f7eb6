import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DecoratedMethods, type DecoratedMethod } from '#platform/discovery/decorated-methods.js';
import type { Transaction } from '../../database/database.js';
import { type Applied, appliedMarker, appliedManyMarker } from './applies.js';
import type { LogEntry } from './draft.js';

/** No module of this version can persist entries of this kind. */
export class UnknownEntryError extends Error {
  constructor(kind: string) {
    super(`no applier for entries of kind ${kind}`);
    this.name = 'UnknownEntryError';
  }
}

type ApplyOne = (tx: Transaction, entry: LogEntry) => Promise<void>;
type ApplyMany = (tx: Transaction, entries: readonly LogEntry[]) => Promise<void>;

/** Persists entries with the `@Applies` and `@AppliesMany` methods of all providers. */
@Injectable()
export class EntryAppliers implements OnModuleInit {
  private readonly one = new Map<string, ApplyOne>();
  private readonly many = new Map<string, ApplyMany>();

  constructor(private readonly methods: DecoratedMethods) {}

  /** Finds the appliers. Throws when a kind has two. */
  onModuleInit(): void {
    const names = new Map<string, string>();
    for (const method of this.methods.findMethods(appliedMarker)) {
      claim(names, method.metadata.kind, method.name);
      this.one.set(method.metadata.kind, oneBy(method));
    }
    for (const { metadata: kind, name, call } of this.methods.findMethods(appliedManyMarker)) {
      claim(names, kind, name);
      this.many.set(kind, async (tx, entries) => {
        await call(tx, entries);
      });
    }
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
}

function oneBy({ metadata: { body }, call }: DecoratedMethod<Applied>): ApplyOne {
  return async (tx, entry) => {
    await call(tx, entry, body.parse(entry.body));
  };
}

function claim(names: Map<string, string>, kind: string, name: string): void {
  const known = names.get(kind);
  if (known !== undefined) throw new Error(`two appliers for entries of kind ${kind}: ${known} and ${name}`);
  names.set(kind, name);
}
