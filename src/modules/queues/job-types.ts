import { z } from 'zod';
import { ConversationId, Rev, Seq, SeqCursor, Timestamp, UserId } from '#contracts/primitives.js';

/** One move of a member's cursor, as it is written to `receipt_advances`. */
export const ReceiptAdvance = z.object({
  conversationId: ConversationId,
  userId: UserId,
  kind: z.enum(['delivered', 'read']),
  upToSeq: Seq,
  /** Messages up to this one are not covered: they are from before the member joined. Absent: 0. */
  afterSeq: SeqCursor.optional(),
  at: Timestamp,
});
export type ReceiptAdvance = z.infer<typeof ReceiptAdvance>;

/**
 * The data of each queue's jobs. A name in this table makes a queue, and a queue does not compile without its settings.
 * The dashboard shows job data: it holds ids, positions and reasons, never what a user wrote.
 */
const jobTypes = {
  /** Drain the outbox of one shard of the conversation log into the tables. */
  persistence: z.object({ shard: z.int().min(0) }),
  /** Write cursor moves, at most 1,000 a job. */
  receipts: z.object({ advances: z.array(ReceiptAdvance).min(1).max(1000) }),
  /** One log entry that could not be persisted, with the reason. A retry of the job tries to persist the entry again. */
  'dead-letters': z.object({ conversationId: ConversationId, rev: Rev, kind: z.string().max(64), reason: z.string().max(500) }),
  /** Run one maintenance task. */
  maintenance: z.object({ task: z.string() }),
} as const satisfies Record<string, z.ZodType>;

/** The name of a queue. */
export type QueueName = keyof typeof jobTypes;
/** The data of a job by the name of its queue. */
export type Jobs = { [N in QueueName]: z.output<(typeof jobTypes)[N]> };

/** Every queue's name, in the order of the table above. */
export const queueNames: readonly QueueName[] = ['persistence', 'receipts', 'dead-letters', 'maintenance'];

/** The data of a job, without fields that its schema does not name. Throws `ZodError` when it does not fit. */
export function parseJob<N extends QueueName>(queue: N, data: unknown): Jobs[N] {
  // Cast: the schema of this queue was just applied; the compiler does not follow the index.
  return jobTypes[queue].parse(data) as Jobs[N];
}
