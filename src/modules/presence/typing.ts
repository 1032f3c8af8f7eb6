import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { limits } from '../../../contracts/limits.js';
import type { ConversationId, UserId } from '../../../contracts/primitives.js';
import { Signals } from '../../platform/signals.js';
import { accessChanged } from '../conversations/access.js';
import { Emitter } from '../realtime/emitter.js';

const repeatMs = 3000;
const sweepIntervalMs = 500;

interface Typist {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  socketId: string;
  toldAt: number;
  expiresAt: number;
}

/** Who is typing where. Ends by itself after 6 s; a repeated start is told again once in 3 s. */
@Injectable()
export class Typing implements OnModuleInit, OnModuleDestroy {
  /** By `conversation user`. */
  private readonly typists = new Map<string, Typist>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Emitter) private readonly emitter: Pick<Emitter, 'toConversation'>,
    private readonly signals: Signals,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.expire(Date.now()), sweepIntervalMs).unref();
    this.signals.subscribe(accessChanged, ({ conversationId, userIds }) => {
      for (const userId of userIds) this.stop(conversationId, userId);
    });
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Tells the others. Whether the user may post there is the caller's to check. */
  start(conversationId: ConversationId, userId: UserId, socketId: string, now = Date.now()): void {
    const key = keyOf(conversationId, userId);
    const known = this.typists.get(key);
    const typist = known ?? { conversationId, userId, socketId, toldAt: Number.NEGATIVE_INFINITY, expiresAt: 0 };
    typist.socketId = socketId;
    typist.expiresAt = now + limits.typingExpiresMs;
    // The newest is last, so that the sweep stops at the first that is not due.
    this.typists.delete(key);
    this.typists.set(key, typist);
    if (now - typist.toldAt < repeatMs) return;
    typist.toldAt = now;
    this.emitter.toConversation(conversationId, 'typing.started', { conversationId, userId }, { exceptUser: userId });
  }

  /** Tells the others when the user was typing there: stopped, sent the message, or is no longer in. */
  stop(conversationId: ConversationId, userId: UserId): void {
    if (this.typists.size === 0) return;
    const key = keyOf(conversationId, userId);
    if (!this.typists.delete(key)) return;
    this.emitter.toConversation(conversationId, 'typing.stopped', { conversationId, userId }, { exceptUser: userId });
  }

  /** The socket is gone, and so is what was typed on it. */
  stopSocket(socketId: string): void {
    for (const typist of [...this.typists.values()]) if (typist.socketId === socketId) this.stop(typist.conversationId, typist.userId);
  }

  /** Ends what was not renewed. */
  expire(now: number): void {
    for (const { conversationId, userId, expiresAt } of this.typists.values()) {
      if (expiresAt > now) return;
      this.stop(conversationId, userId);
    }
  }
}

function keyOf(conversationId: ConversationId, userId: UserId): string {
  return `${conversationId} ${userId}`;
}
