import type { ConversationId } from '#contracts/primitives.js';

const revDigits = 10;
const conversationIdLength = 36;

/**
 * The keys of one shard. They share the hash tag `{log-N}`, so that a Redis Cluster stores all of them on one node and one script
 * can use them. A commit writes to a few large keys, so that a group takes a few commands with many fields each: a command costs
 * more than the data that it writes.
 *
 *   meta              hash    epoch, run (the Redis process it was opened on), position, stored (the position that Postgres has),
 *                             since, opens, generation, rotatesAt, settledAt
 *   entries           hash    name -> entry: all pending entries
 *   outbox            zset    names by position: the entries that wait to be persisted, in commit order
 *   index             zset    the same names in lexical order: the entries of a conversation are adjacent, ordered by rev
 *   changes           zset    the names of the entries that took no seq, in lexical order
 *   heads:<gen>       hash    conversation -> "<seq> <rev>", for heads that were compared with storage in this epoch. A new generation
 *                             begins every 15 minutes; a head that is used moves to the newest, and only the newest two are kept
 *   ids:<hour>        hash    digest of a client id -> place, for ids created in this hour, from their commit until the dedupe window
 *                             ends; `pending` counts the ids whose entries storage does not have yet
 *   clients           hash    digest of a client id -> place, for parked entries and for pending entries whose id belongs to no hour
 *   late:<digest>     string  place of a message that has just left the log and whose id belongs to no hour
 *   call:<node>       hash    number and reply of the node's last commit, in case the reply is lost
 *   <id>:parked       hash    rev -> reason and entry
 *
 * A name is "<conversation> <rev>" with the rev in ten digits. A place is "<seq> <rev> <body hash>".
 */
export class LogKeys {
  readonly prefix: string;
  readonly meta: string;
  readonly entries: string;
  readonly outbox: string;
  readonly index: string;
  readonly changes: string;
  readonly clients: string;

  constructor(namespace: string, shard: number) {
    this.prefix = `${namespace}:{log-${shard}}:`;
    this.meta = `${this.prefix}meta`;
    this.entries = `${this.prefix}entries`;
    this.outbox = `${this.prefix}outbox`;
    this.index = `${this.prefix}index`;
    this.changes = `${this.prefix}changes`;
    this.clients = `${this.prefix}clients`;
  }

  /** The keys that every script needs to move entries: entries, outbox, index, changes, clients. */
  get ofEntries(): string[] {
    return [this.entries, this.outbox, this.index, this.changes, this.clients];
  }

  heads(generation: number): string {
    return `${this.prefix}heads:${generation}`;
  }

  call(node: string): string {
    return `${this.prefix}call:${node}`;
  }

  idsOfHour(hour: number): string {
    return `${this.prefix}ids:${hour}`;
  }

  parked(id: ConversationId): string {
    return `${this.prefix}${id}:parked`;
  }
}

/** The name of an entry in `entries`, `outbox`, `index` and `changes`. */
export function entryName(id: ConversationId, rev: number): string {
  return `${id} ${String(rev).padStart(revDigits, '0')}`;
}

/** The conversation id at the start of a name, unparsed. */
export function conversationOf(name: string): string {
  return name.slice(0, conversationIdLength);
}

/** The lexical bounds between which all names of a conversation's entries lie. */
export function namesOf(id: ConversationId): readonly [string, string] {
  return [`${id} `, `${id} ~`];
}
