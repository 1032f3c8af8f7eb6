import { Injectable } from '@nestjs/common';
import { limits } from '#contracts/limits.js';
import type { UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';

/** Holds the users that each socket has asked to watch, up to a limit per socket. */
@Injectable()
export class WatchList {
  private readonly watched = new Map<string, Set<UserId>>();

  /** Throws `validation.failed` when the socket would watch more users than the limit, and then adds none. */
  watchUsers(socketId: string, userIds: readonly UserId[]): void {
    const all = new Set([...(this.watched.get(socketId) ?? []), ...userIds]);
    if (all.size > limits.presenceWatchMax) {
      throw new AppError('validation.failed', {
        errors: [{ path: 'userIds', message: `a socket watches at most ${limits.presenceWatchMax} users` }],
      });
    }
    this.watched.set(socketId, all);
  }

  unwatchUsers(socketId: string, userIds: readonly UserId[]): void {
    const known = this.watched.get(socketId);
    for (const id of userIds) known?.delete(id);
    if (known?.size === 0) this.watched.delete(socketId);
  }

  forgetSocket(socketId: string): void {
    this.watched.delete(socketId);
  }
}
