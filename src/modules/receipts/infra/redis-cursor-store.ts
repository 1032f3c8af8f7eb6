import { z } from 'zod';
import { Timestamp, UserId, type ConversationId } from '#contracts/primitives.js';
import { hashShard } from '#platform/hash-shard.js';
import type { RedisClient } from '#platform/redis/redis-client.js';
import { RedisScript } from '#platform/redis/redis-script.js';
import type { MemberCursors } from '../../conversations/unread-source.js';
import type { ReceiptAdvance } from '../../queues/job-types.js';
import { CursorStore, type MovedCursors } from './cursor-store.js';
import { addMoveScript, forgetMovesScript } from './cursors.lua.js';

/** Conversations are spread over these shards, and the shards over the nodes of a Redis Cluster. Fixed: all nodes of Parley must agree. */
const shardCount = 16;
/** A job that failed for good leaves its moves behind. They expire after a week. */
const expiresAfterSeconds = 7 * 24 * 3600;

const addMove = new RedisScript(addMoveScript);
const forgetMoves = new RedisScript(forgetMovesScript);

const Stored = z.object({
  r: z.int(),
  d: z.int(),
  a: z.array(z.tuple([z.enum(['delivered', 'read']), z.int(), Timestamp, z.int().optional()])),
});

/** The store of several nodes, in Redis. */
export class RedisCursorStore extends CursorStore {
  constructor(private readonly redis: RedisClient) {
    super();
  }

  async findMoved(userId: UserId, ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, MovedCursors>> {
    const found = new Map<ConversationId, MovedCursors>();
    const find = async (id: ConversationId) => {
      const text = await this.redis.hget(keyOf(id), userId);
      if (text !== null) found.set(id, parse(text, id, userId));
    };
    await Promise.all(ids.map(find));
    return found;
  }

  async findMovedIn(conversationId: ConversationId): Promise<ReadonlyMap<UserId, MovedCursors>> {
    const all = Object.entries(await this.redis.hgetall(keyOf(conversationId)));
    return new Map(
      all.map(([key, text]) => {
        const userId = UserId.parse(key);
        return [userId, parse(text, conversationId, userId)];
      }),
    );
  }

  async addMove(
    conversationId: ConversationId,
    userId: UserId,
    cursors: MemberCursors,
    advances: readonly ReceiptAdvance[],
  ): Promise<void> {
    const stored = JSON.stringify(
      advances.map(({ kind, upToSeq, at, afterSeq = 0 }) => [kind, upToSeq, at, ...(afterSeq > 0 ? [afterSeq] : [])]),
    );
    const args = [userId, cursors.readSeq, cursors.deliveredSeq, stored, expiresAfterSeconds];
    await addMove.runScript(this.redis, [keyOf(conversationId)], args);
  }

  async forgetMoves(advances: readonly ReceiptAdvance[]): Promise<void> {
    const byConversation = new Map<ConversationId, Array<string | number>>();
    for (const { conversationId, userId, kind, upToSeq } of advances) {
      const known = byConversation.get(conversationId) ?? [];
      known.push(userId, kind, upToSeq);
      byConversation.set(conversationId, known);
    }
    await Promise.all([...byConversation].map(([id, args]) => forgetMoves.runScript(this.redis, [keyOf(id)], args)));
  }
}

function keyOf(id: ConversationId): string {
  return `parley:{receipts-${hashShard(id, shardCount)}}:${id}`;
}

function parse(text: string, conversationId: ConversationId, userId: UserId): MovedCursors {
  const { r, d, a } = Stored.parse(JSON.parse(text));
  const advances = a.map(([kind, upToSeq, at, afterSeq]) => ({ conversationId, userId, kind, upToSeq, at, afterSeq }));
  return { readSeq: r, deliveredSeq: d, advances };
}
