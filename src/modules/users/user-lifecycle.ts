import { Injectable, Logger } from '@nestjs/common';
import type { User } from '#contracts/users/schemas.js';

/** What is to be done for each new user before the answer that made it. */
export type UserCreatedListener = (user: User) => Promise<void>;

/**
 * Where features that users know nothing of hook into the making of a user (`onModuleInit`).
 *
 * Listeners run one after another once the row is committed. One that fails is logged and does not undo the user:
 * the name would be taken and the caller could not try again. So a listener has to be able to catch up later.
 */
@Injectable()
export class UserLifecycle {
  private readonly logger = new Logger(UserLifecycle.name);
  private readonly listeners: UserCreatedListener[] = [];

  onCreated(listener: UserCreatedListener): void {
    this.listeners.push(listener);
  }

  /** Tells all listeners, in the order they registered. Never throws. */
  async created(user: User): Promise<void> {
    for (const listener of this.listeners) {
      try {
        await listener(user);
      } catch (error) {
        this.logger.error({ err: error, userId: user.id }, 'a listener of new users failed');
      }
    }
  }
}
