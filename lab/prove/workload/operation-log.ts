import type { Attempt, SendOperation } from '../checker/history.js';
import type { Random } from '../../support/random.js';
import { AttemptList } from './attempt-list.js';
import { Column, Names } from './column.js';
import { clientIdOf, indexOfClientId } from './compact-ids.js';

/** A message that is about to be sent. */
export interface OpenOperation {
  readonly index: number;
  readonly token: string;
  readonly conversationId: string;
  readonly senderId: string;
  readonly clientId: string;
}

const recentMax = 64;

/** Everything sent in one scenario, recorded in columns of numbers without an object per message. */
export class OperationLog {
  readonly attempts = new AttemptList();
  private readonly conversations = new Names();
  private readonly senders = new Names();
  private readonly conversationOf = Column.ofIntegers();
  private readonly senderOf = Column.ofIntegers();
  private readonly recent = new Map<string, number[]>();
  private readonly heads = new Map<string, number>();

  /** `timelessShare`: the share of client ids, 0 to 1, that are a UUIDv4, which contains no time. */
  constructor(private readonly timelessShare = 0) {}

  /** The number of messages to be sent so far. */
  get length(): number {
    return this.conversationOf.length;
  }

  /** Registers a new message. Its text must begin with its token. */
  open(conversationId: string, senderId: string, random: Random): OpenOperation {
    const index = this.length;
    this.conversationOf.push(this.conversations.indexOf(conversationId));
    this.senderOf.push(this.senders.indexOf(senderId));
    return { index, token: `op-${index}`, conversationId, senderId, clientId: clientIdOf(index, random, this.timelessShare) };
  }

  close(operation: OpenOperation, attempt: Attempt): void {
    this.attempts.push(operation.index, attempt);
    const { outcome, seq } = attempt;
    if (outcome !== 'acked' || seq === undefined) return;
    this.heads.set(operation.conversationId, Math.max(seq, this.headOf(operation.conversationId)));
    const own = this.recent.get(operation.senderId) ?? [];
    own.push(seq);
    if (own.length > recentMax) own.shift();
    this.recent.set(operation.senderId, own);
  }

  /** The token of the message with this text or client id. The client id identifies deleted messages, which have no text. */
  tokenOf(text: string | null, clientId: string): string | null {
    const said = /^op-\d+(?!\w)/.exec(text ?? '')?.[0];
    if (said !== undefined) return said;
    const index = indexOfClientId(clientId);
    return index < this.length ? `op-${index}` : null;
  }

  get acked(): number {
    return this.attempts.acked;
  }

  /** The highest acknowledged `seq` of a conversation; 0 if none was acknowledged. */
  headOf(conversationId: string): number {
    return this.heads.get(conversationId) ?? 0;
  }

  /** The newest acknowledged `seq`s of a sender. */
  recentOf(senderId: string): readonly number[] {
    return this.recent.get(senderId) ?? [];
  }

  /** The conversations with at least one message to send. */
  get conversationIds(): readonly string[] {
    return this.conversations.all;
  }

  /** All operations of one conversation as objects, for the checker. */
  operationsOf(conversationId: string): SendOperation[] {
    const wanted = this.conversations.find(conversationId);
    const attempts = new Map<number, Attempt[]>();
    for (let index = 0; index < this.length; index += 1) if (this.conversationOf.at(index) === wanted) attempts.set(index, []);
    for (let index = 0; index < this.attempts.length; index += 1)
      attempts.get(this.attempts.operationAt(index))?.push(this.attempts.at(index));
    return [...attempts].map(([index, own]) => ({
      token: `op-${index}`,
      conversationId,
      senderId: this.senders.textOf(this.senderOf.at(index)),
      attempts: own,
    }));
  }

  /** All operations, conversation by conversation. */
  *operations(): Generator<SendOperation> {
    for (const id of this.conversationIds) yield* this.operationsOf(id);
  }
}
