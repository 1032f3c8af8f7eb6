import { Injectable } from '@nestjs/common';
import { limits } from '#contracts/limits.js';
import type { UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';

const none: ReadonlySet<never> = new Set();

/** Holds the users that each socket has asked to watch, up to a limit per socket, whether it may see them now or not. */
@Injectable()
export class WatchList {
  private readonly watched = new Map<string, Set<UserId>>();
  private readonly watchers = new Map<UserId, Set<string>>();

  /** Throws `validation.failed` when the socket would watch more users than the limit, and then adds none. */
  watchUsers(socketId: string, userIds: readonly UserId[]): void {
    const all = new Set([...(this.watched.get(socketId) ?? []), ...userIds]);
    if (all.size > limits.presenceWatchMax) {
      throw new AppError('validation.failed', {
        errors: [{ path: 'userIds', message: `a socket watches at most ${limits.presenceWatchMax} users` }],
      });
    }
    this.watched.set(socketId, all);
    for (const id of userIds) this.watchers.set(id, (this.watchers.get(id) ?? new Set()).add(socketId));
  }

  unwatchUsers(socketId: string, userIds: readonly UserId[]): void {
    const known = this.watched.get(socketId);
    for (const id of userIds) {
      known?.delete(id);
      const watchers = this.watchers.get(id);
      if (watchers?.delete(socketId) === true && watchers.size === 0) this.watchers.delete(id);
    }
    if (known?.size === 0) this.watched.delete(socketId);
  }

  forgetSocket(socketId: string): void {
    this.unwatchUsers(socketId, [...this.listWatched(socketId)]);
  }

  /** The users that the socket has asked to watch. */
  listWatched(socketId: string): ReadonlySet<UserId> {
    return this.watched.get(socketId) ?? none;
  }

  /** The sockets of this node that have asked to watch the user. */
  listWatchers(userId: UserId): ReadonlySet<string> {
    return this.watchers.get(userId) ?? none;
  }
}
