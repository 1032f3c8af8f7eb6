import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DecoratedMethods } from '../discovery/decorated-methods.js';
import { MethodMarker } from '../discovery/method-marker.js';
import { PeriodicTimer } from './periodic-timer.js';

const every = new MethodMarker<number>('Every');

/**
 * Calls a provider's method every `intervalMs` milliseconds, from the end of the application's start to its close, on each process that
 * has the provider. See `PeriodicTimer` for what happens when it is slow or throws. For work that one process of a cluster does,
 * there are maintenance tasks.
 */
export function Every(intervalMs: number) {
  return every.mark<() => unknown>(intervalMs);
}

/** Runs the `@Every` methods of all providers. */
@Injectable()
export class PeriodicTasks implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(PeriodicTasks.name);
  private timers: readonly PeriodicTimer[] = [];

  constructor(private readonly methods: DecoratedMethods) {}

  onApplicationBootstrap(): void {
    this.timers = this.methods
      .findMethods(every)
      .map(({ name, metadata, call }) => new PeriodicTimer(name, metadata, () => call(), this.logger));
    for (const timer of this.timers) timer.start();
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) timer.stop();
  }
}
