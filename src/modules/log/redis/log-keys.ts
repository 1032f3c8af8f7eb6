import type { ConversationId } from '../../../../contracts/primitives.js';

/** Keys of one conversation, in the order in which the scripts take them. */
export const conversationKeyCount = 5;

/**
 * The keys of one shard. They share the hash tag `{log-N}`, so that a Redis Cluster has all of them on one node and one script
 * may touch them.
 *
 *   meta            hash    epoch, run (the Redis process it was opened on), position, since, opens
 *   outbox          zset    "<conversation> <rev>" by position: what waits to be persisted, in commit order
 *   call:<node>     hash    number and reply of the node's last commit, for the case that its reply is lost
 *   ids:<hour>      hash    digest of a client id -> place; of messages that storage has, for the dedupe window
 *   late:<digest>   string  place; of a message that has just left the log and whose id is not of the window
 *   <id>:head       hash    seq, rev, epoch in which it was compared with storage; expires when the conversation is idle
 *   <id>:entries    zset    pending entries by rev
 *   <id>:clients    hash    "<actor> <client id>" -> place; of everything in the log, parked ones included
 *   <id>:changes    zset    the revs of pending entries that took no seq
 *   <id>:parked     hash    rev -> reason and entry
 *
 * A place is "<seq> <rev> <body hash>".
 */
export class LogKeys {
  readonly prefix: string;
  readonly meta: string;
  readonly outbox: string;

  constructor(namespace: string, shard: number) {
    this.prefix = `${namespace}:{log-${shard}}:`;
    this.meta = `${this.prefix}meta`;
    this.outbox = `${this.prefix}outbox`;
  }

  call(node: string): string {
    return `${this.prefix}call:${node}`;
  }

  idsOfHour(hour: number): string {
    return `${this.prefix}ids:${hour}`;
  }

  late(digest: string): string {
    return `${this.prefix}late:${digest}`;
  }

  head(id: ConversationId): string {
    return `${this.prefix}${id}:head`;
  }

  entries(id: ConversationId): string {
    return `${this.prefix}${id}:entries`;
  }

  changes(id: ConversationId): string {
    return `${this.prefix}${id}:changes`;
  }

  parked(id: ConversationId): string {
    return `${this.prefix}${id}:parked`;
  }

  /** All keys of a conversation: head, entries, clients, changes, parked. */
  ofConversation(id: ConversationId): string[] {
    return [this.head(id), this.entries(id), `${this.prefix}${id}:clients`, this.changes(id), this.parked(id)];
  }
}
