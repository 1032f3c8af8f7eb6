/**
 * The shard of a conversation, 0 to `shardCount` - 1: FNV-1a (32 bit) over the id's text. Evenly spread, and the same
 * on every node and in every version: entries that wait in an outbox stay in their shard.
 */
export function shardOf(id: string, shardCount: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) {
    hash ^= id.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % shardCount;
}
