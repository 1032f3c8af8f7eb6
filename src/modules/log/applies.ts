import type { z } from 'zod';
import { MethodMarker } from '#platform/discovery/method-marker.js';
import type { Transaction } from '../../database/database.js';
import type { LogEntry } from './draft.js';

/** What `@Applies` keeps about a method. */
export interface Applied {
  readonly kind: string;
  readonly body: z.ZodType;
}

type ApplyOne<B> = (tx: Transaction, entry: LogEntry, body: B) => Promise<unknown>;
type ApplyMany = (tx: Transaction, entries: readonly LogEntry[]) => Promise<unknown>;

export const appliedMarker = new MethodMarker<Applied>('Applies');
export const appliedManyMarker = new MethodMarker<string>('AppliesMany');

/**
 * The method brings one log entry of this kind into storage; it gets the entry's body as `body` parses it. It must be idempotent: an
 * entry that was applied before changes nothing. A process does not start when a kind has two appliers.
 */
export function Applies<S extends z.ZodType>(kind: string, body: S) {
  return appliedMarker.mark<ApplyOne<z.output<S>>>({ kind, body });
}

/**
 * As `@Applies`, for many entries of one kind at once, ahead of all other kinds of their batch. The entries come in `rev` order per
 * conversation; the method parses their bodies itself.
 */
export function AppliesMany(kind: string) {
  return appliedManyMarker.mark<ApplyMany>(kind);
}
