import type { ConversationId } from '#contracts/primitives.js';
import type { RedisClient } from '#platform/redis/redis-client.js';
import type { Head } from '../draft.js';
import { decodeNumber } from './decode-replies.js';
import { numberDraft } from './entry-codec.js';
import { entryName, type LogKeys } from './log-keys.js';
import type { PreparedDraft } from './prepare-draft.js';
import { restoreScript } from './scripts/epoch.lua.js';

/** A committed entry, as the node that committed it remembers it. */
export interface RecentCommit {
  readonly prepared: PreparedDraft;
  readonly rev: number;
  /** The newest `seq` of the conversation at its commit. */
  readonly seq: number;
  readonly position: number;
}

/** The entries that one call committed. */
interface CommittedCall {
  readonly at: number;
  readonly shard: number;
  readonly bytes: number;
  readonly commits: readonly RecentCommit[];
}

/** Longer than Redis delays a write to the disk, and longer than most outages of storage. */
const ageMaxMs = 60_000;
const bytesMax = 32 * 1024 * 1024;

/** The recent commits of this node. If Redis loses them before storage has them, they are restored from here. */
export class RecentCommits {
  /** A forgotten call leaves an empty slot until the list is compacted. */
  private calls: Array<CommittedCall | undefined> = [];
  private start = 0;
  private bytes = 0;

  addCommits(shard: number, commits: readonly RecentCommit[], now = performance.now()): void {
    const bytes = commits.reduce((sum, { prepared }) => sum + prepared.text.length, 0);
    this.calls.push({ at: now, shard, bytes, commits });
    this.bytes += bytes;
    this.forgetOld(now);
  }

  /** Forgets calls that are too old, and the oldest ones while there are too many bytes. */
  forgetOld(now = performance.now()): void {
    for (;;) {
      const oldest = this.calls[this.start];
      if (oldest === undefined || (this.bytes <= bytesMax && now - oldest.at <= ageMaxMs)) break;
      this.bytes -= oldest.bytes;
      this.calls[this.start] = undefined;
      this.start += 1;
    }
    if (this.start > 1024 && this.start * 2 > this.calls.length) {
      this.calls = this.calls.slice(this.start);
      this.start = 0;
    }
  }

  /** The commits of each shard, in commit order. */
  commitsByShard(): Map<number, RecentCommit[]> {
    const shards = new Map<number, RecentCommit[]>();
    for (const { shard, commits } of this.calls.flatMap((call) => call ?? [])) {
      const known = shards.get(shard);
      if (known === undefined) shards.set(shard, [...commits]);
      else known.push(...commits);
    }
    return shards;
  }
}

/** Restores the lost entries of a shard; `heads` are those of storage. Returns the number of restored entries, or -1 if it is too late. */
export async function restoreCommits(
  client: RedisClient,
  keys: LogKeys,
  epoch: string,
  commits: readonly RecentCommit[],
  heads: ReadonlyMap<ConversationId, Head>,
): Promise<number> {
  const args = commits.flatMap(({ prepared, rev, seq, position }) => {
    const { conversationId, takesSeq, digest, hour, isKept, hash, text } = prepared;
    const stored = heads.get(conversationId)?.rev ?? Infinity;
    if (rev <= stored) return [];
    const entry = numberDraft(text, takesSeq, rev, seq);
    return [
      entryName(conversationId, rev),
      stored,
      rev,
      takesSeq ? 1 : 0,
      position,
      digest,
      isKept ? hour : 0,
      `${seq} ${rev} ${hash}`,
      entry,
    ];
  });
  return decodeNumber(await restoreScript.runScript(client, [keys.meta, ...keys.ofEntries], [epoch, keys.prefix, ...args]));
}
