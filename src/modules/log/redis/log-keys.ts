import type { ConversationId } from '#contracts/primitives.js';

const revDigits = 10;
const conversationIdLength = 36;

/**
 * The keys of one shard. They share the hash tag `{log-N}`, so that a Redis Cluster has all of them on one node and one script
 * may touch them. What a commit writes lies in few large keys, so that a group is a few commands with many fields and not many
 * commands: a command costs more than what it writes.
 *
 *   meta              hash    epoch, run (the Redis process it was opened on), position, since, opens, generation, rotatesAt, settledAt
 *   entries           hash    name -> entry; everything pending
 *   outbox            zset    names by position: what waits to be persisted, in commit order
 *   index             zset    the same names in the order of their letters: those of a conversation side by side, by rev
 *   changes           zset    those of them that took no seq, in the order of their letters
 *   heads:<gen>       hash    conversation -> "<seq> <rev>", of those compared with storage in this epoch; a new generation begins
 *                             every 15 minutes, what is used moves on to it, and what was not goes with the last but one
 *   ids:<hour>        hash    digest of a client id -> place, of the ids that were made in this hour, from their commit until the
 *                             dedupe window is over; `pending` counts those that storage does not have yet
 *   clients           hash    digest of a client id -> place, of entries in the log whose id is in no hour, and of parked ones
 *   late:<digest>     string  place; of a message that has just left the log and whose id is in no hour
 *   call:<node>       hash    number and reply of the node's last commit, for the case that its reply is lost
 *   <id>:parked       hash    rev -> reason and entry
 *
 * A name is "<conversation> <rev>" with ten digits, a place is "<seq> <rev> <body hash>".
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

  /** What every script that moves entries touches: entries, outbox, index, changes, clients. */
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

/** The name of an entry, which is pending or was. */
export function entryName(id: ConversationId, rev: number): string {
  return `${id} ${String(rev).padStart(revDigits, '0')}`;
}

/** The conversation that a name begins with, unparsed. */
export function conversationOf(name: string): string {
  return name.slice(0, conversationIdLength);
}

/** Between these two lie the names of a conversation's entries. */
export function namesOf(id: ConversationId): readonly [string, string] {
  return [`${id} `, `${id} ~`];
}
