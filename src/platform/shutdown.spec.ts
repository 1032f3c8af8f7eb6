import { Logger } from '@nestjs/common';
import { ShutdownState } from './shutdown.js';

describe('ShutdownState', () => {
  it('runs steps in order, those of one order side by side, and each once', async () => {
    const shutdown = new ShutdownState();
    const seen: string[] = [];
    shutdown.onShutdown(20, 'late', () => void seen.push('late'));
    shutdown.onShutdown(10, 'slow', async () => {
      seen.push('slow starts');
      await new Promise(setImmediate);
      seen.push('slow ends');
    });
    shutdown.onShutdown(10, 'quick', () => void seen.push('quick'));
    expect(shutdown.isShuttingDown).toBe(false);
    await Promise.all([shutdown.drain(), shutdown.drain()]);
    expect(shutdown.isShuttingDown).toBe(true);
    expect(seen).toEqual(['slow starts', 'quick', 'slow ends', 'late']);
  });

  it('goes on when a step fails', async () => {
    Logger.overrideLogger(false);
    const shutdown = new ShutdownState();
    const seen: string[] = [];
    shutdown.onShutdown(10, 'broken', () => Promise.reject(new Error('no')));
    shutdown.onShutdown(20, 'next', () => void seen.push('next'));
    await shutdown.drain();
    expect(seen).toEqual(['next']);
  });
});
