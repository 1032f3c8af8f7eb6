import { Inject, Injectable } from '@nestjs/common';
import { limits } from '#contracts/limits.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { memberKey } from '#platform/member-key.js';
import { OnSignal } from '#platform/signals/on-signal.js';
import { type Payload, Signals, topic } from '#platform/signals/signals.js';
import { Every } from '#platform/timers/every.js';
import { accessChanged } from '../conversations/access.js';
import { Emitter } from '../realtime/emitter.js';

interface TypingMember {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
}

/** A member who types, and the users who must not learn of it, because one of the two blocks the other. */
interface HiddenTyping extends TypingMember {
  readonly hiddenFrom: readonly UserId[];
}

/** A member started or continues to type on a socket of the publishing node. */
const typingStarted = topic<HiddenTyping>('typing.told');
/** A member stopped typing. The publishing node need not be the one that has the socket. */
const typingEnded = topic<TypingMember>('typing.ended');

/** Milliseconds until a continued start is announced again. */
const repeatMs = 3_000;
const sweepIntervalMs = 500;
/** If a node dies, the other nodes end its typists this much later than the node itself would have ended them. */
const remoteGraceMs = 1_000;

interface Typist extends HiddenTyping {
  /** Undefined: the socket is on another node. */
  readonly socketId: string | undefined;
  announcedAt: number;
  readonly expiresAt: number;
}

/**
 * Which members are typing, on all nodes. Typing ends by itself after 6 s, and a continued start is announced once in 3 s. The node that
 * first notices the end announces it, once.
 */
@Injectable()
export class Typing {
  /** By `memberKey`. */
  private readonly typists = new Map<string, Typist>();

  constructor(
    @Inject(Emitter) private readonly emitter: Pick<Emitter, 'toConversation'>,
    private readonly signals: Signals,
  ) {}

  /** Announces that the member types. The caller checks that the member may post. */
  startTyping(
    conversationId: ConversationId,
    userId: UserId,
    socketId: string,
    now = performance.now(),
    hiddenFrom: readonly UserId[] = [],
  ): void {
    const known = this.typists.get(memberKey(conversationId, userId));
    const announcedAt = known?.announcedAt ?? Number.NEGATIVE_INFINITY;
    const typist = { conversationId, userId, socketId, hiddenFrom, announcedAt, expiresAt: now + limits.typingExpiresMs };
    this.keepTypist(typist);
    if (now - announcedAt < repeatMs) return;
    typist.announcedAt = now;
    this.signals.publish(typingStarted, { conversationId, userId, hiddenFrom });
    this.emitter.toConversation(conversationId, 'typing.started', { conversationId, userId }, { exceptUser: userId, hiddenFrom });
  }

  /** Announces the end if the member was typing: they stopped, sent the message, or are no longer a member. */
  stopTyping(conversationId: ConversationId, userId: UserId): void {
    if (this.typists.size === 0) return;
    const typist = this.typists.get(memberKey(conversationId, userId));
    if (typist === undefined) return;
    this.typists.delete(memberKey(conversationId, userId));
    this.signals.publish(typingEnded, { conversationId, userId });
    const { hiddenFrom } = typist;
    this.emitter.toConversation(conversationId, 'typing.stopped', { conversationId, userId }, { exceptUser: userId, hiddenFrom });
  }

  /** Ends all typing on a socket that has disconnected. */
  stopSocket(socketId: string): void {
    for (const typist of [...this.typists.values()])
      if (typist.socketId === socketId) this.stopTyping(typist.conversationId, typist.userId);
  }

  /** Ends typing that was not continued in time. */
  @Every(sweepIntervalMs)
  endExpired(now = performance.now()): void {
    for (const { conversationId, userId, expiresAt } of this.typists.values())
      if (expiresAt <= now) this.stopTyping(conversationId, userId);
  }

  /** Every node gets this signal. Only the node that has the member's socket announces the end. */
  @OnSignal(accessChanged)
  stopLocal({ conversationId, userIds }: Payload<typeof accessChanged>): void {
    for (const userId of userIds) {
      if (this.typists.get(memberKey(conversationId, userId))?.socketId !== undefined) this.stopTyping(conversationId, userId);
    }
  }

  @OnSignal(typingEnded)
  forgetTypist({ conversationId, userId }: TypingMember): void {
    this.typists.delete(memberKey(conversationId, userId));
  }

  /** Remembers a typist of another node. This node's own typists are already known, and more precisely. */
  @OnSignal(typingStarted)
  keepRemote({ conversationId, userId, hiddenFrom }: HiddenTyping): void {
    const now = performance.now();
    const known = this.typists.get(memberKey(conversationId, userId));
    if (known?.socketId !== undefined && known.expiresAt > now) return;
    const expiresAt = now + repeatMs + limits.typingExpiresMs + remoteGraceMs;
    this.keepTypist({ conversationId, userId, hiddenFrom, socketId: undefined, announcedAt: now, expiresAt });
  }

  private keepTypist(typist: Typist): void {
    this.typists.set(memberKey(typist.conversationId, typist.userId), typist);
  }
}
