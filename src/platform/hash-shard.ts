/**
 * Maps a text to one of `count` shards, 0 to `count` - 1, by FNV-1a (32 bit): evenly, and the same on every node and in every
 * version, because entries that wait in an outbox must stay in their shard.
 */
export function hashShard(text: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % count;
}
