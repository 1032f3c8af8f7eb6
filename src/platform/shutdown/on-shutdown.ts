import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DecoratedMethods } from '../discovery/decorated-methods.js';
import { MethodMarker } from '../discovery/method-marker.js';
import { ShutdownState } from './shutdown-state.js';

const onShutdown = new MethodMarker<{ readonly order: number; readonly name: string }>('OnShutdown');

/**
 * Calls a provider's method, and waits for it, when the process stops: at its place in `shutdownOrder`, before Nest closes the
 * application, whose own hooks have no order across modules. `name` is how the log calls the step.
 */
export function OnShutdown(order: number, name: string) {
  return onShutdown.mark<() => unknown>({ order, name });
}

/** Makes the `@OnShutdown` methods of all providers steps of the graceful stop. */
@Injectable()
export class ShutdownSteps implements OnModuleInit {
  constructor(
    private readonly shutdown: ShutdownState,
    private readonly methods: DecoratedMethods,
  ) {}

  onModuleInit(): void {
    for (const { metadata, call } of this.methods.findMethods(onShutdown)) this.shutdown.addStep({ ...metadata, run: () => call() });
  }
}
