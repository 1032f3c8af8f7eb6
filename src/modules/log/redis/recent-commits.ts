import type { ConversationId } from '../../../../contracts/primitives.js';
import type { RedisClient } from '../../../platform/redis/redis-client.js';
import type { Head } from '../draft.js';
import { decodeNumber } from './decode-replies.js';
import type { LogKeys } from './log-keys.js';
import { restoreScript } from './scripts/life.lua.js';

/** An entry as a node remembers it. */
export interface RecentCommit {
  readonly conversationId: ConversationId;
  readonly shard: number;
  readonly rev: number;
  /** The newest seq at its commit. */
  readonly seq: number;
  readonly takesSeq: boolean;
  readonly position: number;
  /** Empty without a client id. */
  readonly clientField: string;
  readonly place: string;
  readonly entry: string;
}

/** Longer than Redis keeps a write from the disk, and than an outage of storage of some length at a moderate rate. */
const ageMaxMs = 60_000;
const bytesMax = 32 * 1024 * 1024;

/** What this node committed lately: where Redis loses it before storage has it, it is given back. */
export class RecentCommits {
  /** What is forgotten leaves an empty place until the list is cut. */
  private commits: Array<{ readonly at: number; readonly commit: RecentCommit } | undefined> = [];
  private start = 0;
  private bytes = 0;

  add(commit: RecentCommit, now = Date.now()): void {
    this.commits.push({ at: now, commit });
    this.bytes += commit.entry.length;
    this.prune(now);
  }

  get size(): number {
    return this.commits.length - this.start;
  }

  /** Forgets what is old, or too much. */
  prune(now = Date.now()): void {
    for (;;) {
      const oldest = this.commits[this.start];
      if (oldest === undefined || (this.bytes <= bytesMax && now - oldest.at <= ageMaxMs)) break;
      this.bytes -= oldest.commit.entry.length;
      this.commits[this.start] = undefined;
      this.start += 1;
    }
    if (this.start > 1024 && this.start * 2 > this.commits.length) {
      this.commits = this.commits.slice(this.start);
      this.start = 0;
    }
  }

  /** By shard, in the order of their commit. */
  byShard(): Map<number, RecentCommit[]> {
    const shards = new Map<number, RecentCommit[]>();
    for (const { commit } of this.commits.flatMap((one) => one ?? [])) {
      const known = shards.get(commit.shard);
      if (known === undefined) shards.set(commit.shard, [commit]);
      else known.push(commit);
    }
    return shards;
  }
}

/** Gives a shard back what it has lost; `heads` are those of storage. Answers how many entries, -1 when it is too late. */
export async function restore(
  client: RedisClient,
  keys: LogKeys,
  epoch: string,
  commits: readonly RecentCommit[],
  heads: ReadonlyMap<ConversationId, Head>,
): Promise<number> {
  const ids = [...heads.keys()];
  const places = new Map(ids.map((id, place) => [id, place + 1]));
  const missing = commits.filter(({ conversationId, rev }) => rev > (heads.get(conversationId)?.rev ?? Infinity));
  const reply = await restoreScript.run(
    client,
    [keys.meta, keys.outbox, ...ids.flatMap((id) => keys.ofConversation(id))],
    [
      epoch,
      ids.length,
      missing.length,
      ...[...heads].flatMap(([id, head]) => [id, head.seq, head.rev]),
      ...missing.flatMap((one) => [
        places.get(one.conversationId) ?? 0,
        one.rev,
        one.seq,
        one.takesSeq ? 1 : 0,
        one.position,
        one.clientField,
        one.place,
        one.entry,
      ]),
    ],
  );
  return decodeNumber(reply);
}
