import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { crowdApartMs, GatheredReads } from '#platform/gathered-reads.js';
import { messageColumns, type MessageRow, presentMessage } from './select-messages.js';

/** Whose view of which conversation, and from where on. */
export interface ChangesAsked {
  readonly id: ConversationId;
  readonly viewerId: UserId;
  /** The last change that is known already. */
  readonly rev: number;
  readonly limit: number;
  readonly visibleFromSeq: number;
}

/**
 * The seqs of the first messages that changed after a rev for a viewer, from a seq on. A message changes for everybody
 * or, by its deletion for the viewer alone, for them; the later of the two is its place in the order, so each message is
 * looked for under that one only.
 */
const changedSeqs = `
  (SELECT x.seq FROM messages x
   WHERE x.conversation_id = asked.conversation_id AND x.rev > asked.rev AND x.seq >= asked.from_seq
     AND NOT EXISTS (SELECT FROM message_hides o
       WHERE o.conversation_id = asked.conversation_id AND o.user_id = asked.viewer_id AND o.seq = x.seq AND o.rev > x.rev)
   ORDER BY x.rev LIMIT asked.most)
  UNION ALL
  (SELECT o.seq FROM message_hides o JOIN messages x ON x.conversation_id = o.conversation_id AND x.seq = o.seq
   WHERE o.conversation_id = asked.conversation_id AND o.user_id = asked.viewer_id AND o.rev > asked.rev AND o.rev > x.rev
     AND x.seq >= asked.from_seq
   ORDER BY o.rev LIMIT asked.most)`;

/**
 * Arguments  parallel arrays: $1 viewer, $2 conversation, $3 rev, $4 lowest seq, $5 limit
 * Returns    the messages with the place of who asked for them, from 1, each one's by rising rev
 * Each message is looked up by itself, LIMIT 1: joined as a whole, the planner would walk through all of the conversation's.
 */
const selectChanged = `
  SELECT asked.place::int, c.*
  FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::int[])
    WITH ORDINALITY AS asked (viewer_id, conversation_id, rev, from_seq, most, place)
  CROSS JOIN LATERAL (
    SELECT ${messageColumns('asked.viewer_id')}
    FROM (${changedSeqs}) AS changed
    CROSS JOIN LATERAL (SELECT * FROM messages WHERE conversation_id = asked.conversation_id AND seq = changed.seq LIMIT 1) m
    LEFT JOIN message_hides h ON h.conversation_id = m.conversation_id AND h.user_id = asked.viewer_id AND h.seq = m.seq
    ORDER BY GREATEST(m.rev, h.rev) LIMIT asked.most) c`;

/** Reads the stored messages that changed. Those who ask at once, each for their own, are answered by one statement. */
@Injectable()
export class ChangedMessages {
  private readonly reads = new GatheredReads((asked: readonly ChangesAsked[]) => this.readAll(asked), {
    weigh: ({ limit }) => limit,
    apartMs: crowdApartMs,
  });

  constructor(private readonly database: Database) {}

  /** As they are now, by rising `rev`; hidden ones by the viewer's own change. */
  async since(asked: ChangesAsked): Promise<readonly Message[]> {
    return (await this.reads.get(asked)) ?? [];
  }

  private async readAll(all: readonly ChangesAsked[]): Promise<Map<ChangesAsked, Message[]>> {
    const rows = await this.database.prepared<MessageRow & { place: number }>('messages_changed', selectChanged, [
      all.map(({ viewerId }) => viewerId),
      all.map(({ id }) => id),
      all.map(({ rev }) => rev),
      all.map(({ visibleFromSeq }) => visibleFromSeq),
      all.map(({ limit }) => limit),
    ]);
    const found = new Map<ChangesAsked, Message[]>(all.map((asked) => [asked, []]));
    for (const row of rows) {
      const asked = all[row.place - 1];
      if (asked !== undefined) found.get(asked)?.push(presentMessage(row));
    }
    return found;
  }
}
