/**
 * One of `count` shards for a text, 0 to `count` - 1: FNV-1a (32 bit). Evenly spread, and the same on every node and in every
 * version.
 */
export function hashShard(text: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % count;
}
