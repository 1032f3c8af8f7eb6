import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CONFIG, type Config } from './config/config.js';
import { DecoratedMethods } from './discovery/decorated-methods.js';
import { RedisSignals } from './signals/redis-signals.js';
import { REDIS, type SharedRedis } from './redis/shared-redis.js';
import { MemorySignals, Signals } from './signals/signals.js';
import { ShutdownSteps } from './shutdown/on-shutdown.js';
import { ShutdownState } from './shutdown/shutdown-state.js';
import { SignalListeners } from './signals/on-signal.js';
import { PeriodicTasks } from './timers/every.js';
import { SIBLINGS, type Siblings } from './siblings/siblings.js';

/** What is created before the application. */
export interface PlatformParts {
  readonly config: Config;
  readonly shutdown: ShutdownState;
  /** Set in cluster mode. */
  readonly redis?: SharedRedis | undefined;
  /** Set where several processes share a port. */
  readonly siblings?: Siblings | undefined;
}

/** Provides `CONFIG`, `REDIS`, `SIBLINGS`, `Signals`, `ShutdownState` and `DecoratedMethods` to every module, and runs `@Every`, `@OnSignal` and `@OnShutdown`. */
@Module({})
export class PlatformModule {
  static with({ config, shutdown, redis, siblings }: PlatformParts): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: ShutdownState, useValue: shutdown },
        { provide: REDIS, useValue: redis ?? null },
        { provide: SIBLINGS, useValue: siblings ?? null },
        DecoratedMethods,
        PeriodicTasks,
        ShutdownSteps,
        SignalListeners,
        { provide: Signals, useFactory: () => (redis === undefined ? new MemorySignals() : new RedisSignals(redis.bus)) },
      ],
      exports: [CONFIG, REDIS, SIBLINGS, DecoratedMethods, ShutdownState, Signals],
    };
  }
}
