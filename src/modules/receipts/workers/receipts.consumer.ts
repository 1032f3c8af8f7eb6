import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database, type Transaction } from '../../../database/database.js';
import { JobConsumer, Processor } from '../../queues/job-consumer.js';
import type { Jobs, ReceiptAdvance } from '../../queues/job-types.js';
import { CursorStore } from '../infra/cursor-store.js';
import { insertAdvances, moveCursors } from '../infra/uncounted.sql.js';
import { memberKey } from '#platform/member-key.js';

/** Writes cursor moves: one row per move with its exact time, and the cursors themselves. A repeated job changes nothing. */
@Processor('receipts')
export class ReceiptsConsumer extends JobConsumer<'receipts'> {
  constructor(
    private readonly database: Database,
    private readonly store: CursorStore,
  ) {
    super();
  }

  async perform({ advances }: Jobs['receipts']): Promise<void> {
    await this.database.transaction((tx) => persist(tx, advances));
    await this.store.forgetMoves(advances);
  }
}

async function persist(tx: Transaction, advances: readonly ReceiptAdvance[]): Promise<void> {
  const ids = [...new Set(advances.map((advance) => advance.conversationId))];
  await tx.query('SELECT FROM conversations WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [ids]);
  await tx.query(insertAdvances, [
    advances.map((advance) => advance.conversationId),
    advances.map((advance) => advance.userId),
    advances.map((advance) => advance.kind),
    advances.map((advance) => advance.upToSeq),
    advances.map((advance) => advance.afterSeq ?? 0),
    advances.map((advance) => advance.at),
  ]);
  const cursors = latestCursors(advances);
  await tx.query(moveCursors, [
    cursors.map((cursor) => cursor.conversationId),
    cursors.map((cursor) => cursor.userId),
    cursors.map((cursor) => cursor.delivered),
    cursors.map((cursor) => cursor.read),
  ]);
}

function latestCursors(advances: readonly ReceiptAdvance[]) {
  const cursors = new Map<string, { conversationId: ConversationId; userId: UserId; delivered: number; read: number }>();
  for (const { conversationId, userId, kind, upToSeq } of advances) {
    const key = memberKey(conversationId, userId);
    const known = cursors.get(key) ?? { conversationId, userId, delivered: 0, read: 0 };
    cursors.set(key, { ...known, [kind]: Math.max(known[kind], upToSeq) });
  }
  return [...cursors.values()];
}
