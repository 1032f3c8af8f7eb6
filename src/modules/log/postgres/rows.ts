import type { ClientId, ConversationId, UserId } from '../../../../contracts/primitives.js';
import type { Draft, LogEntry } from '../draft.js';

/** A row of `log_entries`. */
export interface EntryRow {
  conversation_id: ConversationId;
  rev: number;
  seq: number | null;
  kind: string;
  actor_id: UserId;
  client_id: ClientId | null;
  body_hash: Buffer | null;
  at: Date;
  body: unknown;
  is_parked: boolean;
}

export const entryColumns = 'conversation_id, rev, seq, kind, actor_id, client_id, body_hash, at, body, shard < 0 AS is_parked';

export function toEntry(row: EntryRow): LogEntry {
  return {
    conversationId: row.conversation_id,
    rev: row.rev,
    seq: row.seq,
    kind: row.kind,
    actorId: row.actor_id,
    clientId: row.client_id,
    bodyHash: row.body_hash,
    at: row.at,
    body: row.body,
    isParked: row.is_parked,
  };
}

/** The parallel arrays `log_commit` takes. */
export function commitParameters(units: readonly (readonly Draft[])[], shardOf: (draft: Draft) => number): unknown[] {
  const drafts = units.flat();
  const unitNumbers = units.flatMap((unit, number) => unit.map(() => number));
  return [
    unitNumbers,
    drafts.map((draft) => draft.conversationId),
    drafts.map(shardOf),
    drafts.map((draft) => draft.takesSeq),
    drafts.map((draft) => draft.kind),
    drafts.map((draft) => draft.actorId),
    drafts.map((draft) => draft.clientId),
    drafts.map((draft) => draft.bodyHash),
    drafts.map((draft) => draft.replyTo),
    drafts.map((draft) => draft.at),
    drafts.map((draft) => JSON.stringify(draft.body)),
  ];
}
