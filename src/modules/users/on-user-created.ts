import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { User } from '#contracts/users/schemas.js';
import { type DecoratedMethod, DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { MethodMarker } from '#platform/discovery/method-marker.js';

const userCreated = new MethodMarker<true>('OnUserCreated');

/**
 * Calls a provider's method with each new user, before the request that created the user is answered. The row is committed by
 * then. A method that fails is logged and does not undo the user: the name would be taken, and the client could not repeat the
 * request. So a method has to be able to catch up later.
 */
export function OnUserCreated() {
  return userCreated.mark<(user: User) => Promise<void>>(true);
}

/** Runs the `@OnUserCreated` methods of all providers. */
@Injectable()
export class UserCreatedHooks implements OnModuleInit {
  private readonly logger = new Logger(UserCreatedHooks.name);
  private hooks: ReadonlyArray<DecoratedMethod<true>> = [];

  constructor(private readonly methods: DecoratedMethods) {}

  onModuleInit(): void {
    this.hooks = this.methods.findMethods(userCreated);
  }

  /** One after another. Never rejects. */
  async runHooks(user: User): Promise<void> {
    for (const { call, name } of this.hooks) {
      try {
        await call(user);
      } catch (error) {
        this.logger.error({ err: error, userId: user.id }, `${name} failed for a new user`);
      }
    }
  }
}
