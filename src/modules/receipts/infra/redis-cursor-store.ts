import { z } from 'zod';
import { Timestamp, UserId, type ConversationId } from '#contracts/primitives.js';
import { hashShard } from '#platform/hash-shard.js';
import type { RedisClient } from '#platform/redis/redis-client.js';
import { RedisScript } from '#platform/redis/redis-script.js';
import type { MemberCursors } from '../../conversations/unread-source.js';
import type { ReceiptAdvance } from '../../queues/job-types.js';
import { CursorStore, type MovedCursors } from './cursor-store.js';
import { moveScript, persistedScript } from './cursors.lua.js';

/** In a Redis Cluster the conversations spread over its nodes. Fixed: all nodes must agree. */
const shardCount = 16;
/** A job that failed for good leaves its moves behind; they are forgotten after a week. */
const forgottenAfterSeconds = 7 * 24 * 3600;

const move = new RedisScript(moveScript);
const persisted = new RedisScript(persistedScript);

const Stored = z.object({
  r: z.int(),
  d: z.int(),
  a: z.array(z.tuple([z.enum(['delivered', 'read']), z.int(), Timestamp])),
});

/** The store of several nodes, in Redis. */
export class RedisCursorStore extends CursorStore {
  constructor(private readonly redis: RedisClient) {
    super();
  }

  async moved(userId: UserId, ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, MovedCursors>> {
    const found = new Map<ConversationId, MovedCursors>();
    const look = async (id: ConversationId) => {
      const text = await this.redis.hget(keyOf(id), userId);
      if (text !== null) found.set(id, parse(text, id, userId));
    };
    await Promise.all(ids.map(look));
    return found;
  }

  async movedIn(conversationId: ConversationId): Promise<ReadonlyMap<UserId, MovedCursors>> {
    const all = Object.entries(await this.redis.hgetall(keyOf(conversationId)));
    return new Map(
      all.map(([key, text]) => {
        const userId = UserId.parse(key);
        return [userId, parse(text, conversationId, userId)];
      }),
    );
  }

  async move(conversationId: ConversationId, userId: UserId, cursors: MemberCursors, advances: readonly ReceiptAdvance[]): Promise<void> {
    const stored = JSON.stringify(advances.map(({ kind, upToSeq, at }) => [kind, upToSeq, at]));
    const args = [userId, cursors.readSeq, cursors.deliveredSeq, stored, forgottenAfterSeconds];
    await move.run(this.redis, [keyOf(conversationId)], args);
  }

  async persisted(advances: readonly ReceiptAdvance[]): Promise<void> {
    const byConversation = new Map<ConversationId, Array<string | number>>();
    for (const { conversationId, userId, kind, upToSeq } of advances) {
      const known = byConversation.get(conversationId) ?? [];
      known.push(userId, kind, upToSeq);
      byConversation.set(conversationId, known);
    }
    await Promise.all([...byConversation].map(([id, args]) => persisted.run(this.redis, [keyOf(id)], args)));
  }
}

function keyOf(id: ConversationId): string {
  return `parley:{receipts-${hashShard(id, shardCount)}}:${id}`;
}

function parse(text: string, conversationId: ConversationId, userId: UserId): MovedCursors {
  const { r, d, a } = Stored.parse(JSON.parse(text));
  return { readSeq: r, deliveredSeq: d, advances: a.map(([kind, upToSeq, at]) => ({ conversationId, userId, kind, upToSeq, at })) };
}
