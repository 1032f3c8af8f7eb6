import { Logger } from '@nestjs/common';
import { DecoratedMethods } from '../discovery/decorated-methods.js';
import { OnShutdown, ShutdownSteps } from './on-shutdown.js';
import { ShutdownState, shutdownOrder } from './shutdown-state.js';

class Door {
  readonly seen: string[] = [];

  @OnShutdown(shutdownOrder.doors, 'the door')
  close(): void {
    this.seen.push('closed');
  }
}

describe('ShutdownState', () => {
  it('runs steps in order, those of one order side by side, and each once', async () => {
    const shutdown = new ShutdownState();
    const seen: string[] = [];
    shutdown.addStep({ order: 20, name: 'late', run: () => void seen.push('late') });
    const runSlowly = async () => {
      seen.push('slow starts');
      await new Promise(setImmediate);
      seen.push('slow ends');
    };
    shutdown.addStep({ order: 10, name: 'slow', run: runSlowly });
    shutdown.addStep({ order: 10, name: 'quick', run: () => void seen.push('quick') });
    expect(shutdown.isShuttingDown).toBe(false);
    await Promise.all([shutdown.drain(), shutdown.drain()]);
    expect(shutdown.isShuttingDown).toBe(true);
    expect(seen).toEqual(['slow starts', 'quick', 'slow ends', 'late']);
  });

  it('runs the decorated methods of providers', async () => {
    const [shutdown, door] = [new ShutdownState(), new Door()];
    new ShutdownSteps(shutdown, DecoratedMethods.of(door)).onModuleInit();
    expect(door.seen).toEqual([]);
    await shutdown.drain();
    expect(door.seen).toEqual(['closed']);
  });

  it('goes on when a step fails', async () => {
    Logger.overrideLogger(false);
    const shutdown = new ShutdownState();
    const seen: string[] = [];
    shutdown.addStep({ order: 10, name: 'broken', run: () => Promise.reject(new Error('no')) });
    shutdown.addStep({ order: 20, name: 'next', run: () => void seen.push('next') });
    await shutdown.drain();
    expect(seen).toEqual(['next']);
  });
});
