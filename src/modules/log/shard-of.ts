import { hashShard } from '#platform/hash-shard.js';

/** The shard of a conversation, 0 to `shardCount` - 1; the same for ever: entries that wait in an outbox stay in their shard. */
export function shardOf(id: string, shardCount: number): number {
  return hashShard(id, shardCount);
}
