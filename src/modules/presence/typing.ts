import { Inject, Injectable } from '@nestjs/common';
import { limits } from '#contracts/limits.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { OnSignal } from '#platform/signals/on-signal.js';
import { type Payload, Signals, topic } from '#platform/signals/signals.js';
import { Every } from '#platform/timers/every.js';
import { accessChanged } from '../conversations/access.js';
import { Emitter } from '../realtime/emitter.js';
import { memberKey } from '#platform/member-key.js';

interface TypingIn {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
}

/** Somebody began or goes on typing on a socket of the publishing node. */
const typingTold = topic<TypingIn>('typing.told');
/** It ended, on whichever node that was known. */
const typingEnded = topic<TypingIn>('typing.ended');

const repeatMs = 3000;
const sweepIntervalMs = 500;
/** A node that died says no more: what it told ends a little later than it would have ended it. */
const foreignExtraMs = 1000;

interface Typist extends TypingIn {
  /** Undefined: on another node. */
  socketId: string | undefined;
  toldAt: number;
  expiresAt: number;
}

/**
 * Who is typing where, on all nodes. Ends by itself after 6 s; a repeated start is told again once in 3 s. Whoever learns of
 * the end first tells the members, once.
 */
@Injectable()
export class Typing {
  /** By `conversation user`. */
  private readonly typists = new Map<string, Typist>();

  constructor(
    @Inject(Emitter) private readonly emitter: Pick<Emitter, 'toConversation'>,
    private readonly signals: Signals,
  ) {}

  @OnSignal(accessChanged)
  stopMembers({ conversationId, userIds }: Payload<typeof accessChanged>): void {
    for (const userId of userIds) this.stopOwn(conversationId, userId);
  }

  @OnSignal(typingEnded)
  forget({ conversationId, userId }: TypingIn): void {
    this.typists.delete(memberKey(conversationId, userId));
  }

  /** Tells the others. Whether the user may post there is the caller's to check. */
  start(conversationId: ConversationId, userId: UserId, socketId: string, now = Date.now()): void {
    const known = this.typists.get(memberKey(conversationId, userId));
    const toldAt = known?.toldAt ?? Number.NEGATIVE_INFINITY;
    const typist = { conversationId, userId, socketId, toldAt, expiresAt: now + limits.typingExpiresMs };
    this.keep(typist);
    if (now - toldAt < repeatMs) return;
    typist.toldAt = now;
    this.signals.publish(typingTold, { conversationId, userId });
    this.emitter.toConversation(conversationId, 'typing.started', { conversationId, userId }, { exceptUser: userId });
  }

  /** Tells the others when the user was typing there: stopped, sent the message, or is no longer in. */
  stop(conversationId: ConversationId, userId: UserId): void {
    if (this.typists.size === 0) return;
    if (!this.typists.delete(memberKey(conversationId, userId))) return;
    this.signals.publish(typingEnded, { conversationId, userId });
    this.emitter.toConversation(conversationId, 'typing.stopped', { conversationId, userId }, { exceptUser: userId });
  }

  /** The socket is gone, and so is what was typed on it. */
  stopSocket(socketId: string): void {
    for (const typist of [...this.typists.values()]) if (typist.socketId === socketId) this.stop(typist.conversationId, typist.userId);
  }

  /** Ends what was not renewed. */
  @Every(sweepIntervalMs)
  expire(now = Date.now()): void {
    for (const { conversationId, userId, expiresAt } of this.typists.values()) if (expiresAt <= now) this.stop(conversationId, userId);
  }

  /** For what all nodes learn of: one of them tells. */
  private stopOwn(conversationId: ConversationId, userId: UserId): void {
    if (this.typists.get(memberKey(conversationId, userId))?.socketId !== undefined) this.stop(conversationId, userId);
  }

  /** Of this node's own it knows already, and better. */
  @OnSignal(typingTold)
  noteForeign({ conversationId, userId }: TypingIn): void {
    const now = Date.now();
    const known = this.typists.get(memberKey(conversationId, userId));
    if (known?.socketId !== undefined && known.expiresAt > now) return;
    const expiresAt = now + repeatMs + limits.typingExpiresMs + foreignExtraMs;
    this.keep({ conversationId, userId, socketId: undefined, toldAt: now, expiresAt });
  }

  private keep(typist: Typist): void {
    this.typists.set(memberKey(typist.conversationId, typist.userId), typist);
  }
}
