import type { SharedRedis } from '#platform/redis/shared-redis.js';
import { memberOf } from '../../../../test/support/members.js';
import { SlowMode } from './slow-mode.js';

const slowModeSeconds = 10;

const refusedFor = (retryAfterMs: number) => expect.objectContaining({ code: 'rateLimited', retryAfterMs });

describe('slow mode', () => {
  it('lets each member send one message per interval and says how long the next one has to wait', async () => {
    const slowMode = new SlowMode(null);
    const [member, other] = [memberOf({ slowModeSeconds }), memberOf({ slowModeSeconds })];
    await slowMode.takeTurn(member, 1, 0);
    await slowMode.takeTurn(other, 1, 1000);
    expect(() => slowMode.takeTurn(member, 1, 4000)).toThrow(refusedFor(6000));
    await slowMode.takeTurn(member, 1, 10_000);
  });

  it('refuses several new messages at once for good, because no wait would help', () => {
    expect(() => new SlowMode(null).takeTurn(memberOf({ slowModeSeconds }), 2, 0)).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });

  it('leaves a turn to the send that took it, until that send gives it back', async () => {
    const slowMode = new SlowMode(null);
    const member = memberOf({ slowModeSeconds });
    await slowMode.takeTurn(member, 1, 0, 'first');
    await slowMode.takeTurn(member, 1, 1, 'first');
    expect(() => slowMode.takeTurn(member, 1, 2, 'second')).toThrow(refusedFor(9999));
    await slowMode.giveTurnBack(member, 'second');
    expect(() => slowMode.takeTurn(member, 1, 2, 'second')).toThrow(refusedFor(9999));
    await slowMode.giveTurnBack(member, 'first');
    await slowMode.takeTurn(member, 1, 3, 'second');
  });

  it('limits neither moderators nor conversations without it', async () => {
    const slowMode = new SlowMode(null);
    for (const member of [memberOf({ slowModeSeconds }, { role: 'moderator' }), memberOf()]) {
      await slowMode.takeTurn(member, 500, 0);
      await slowMode.takeTurn(member, 1, 0);
    }
  });

  it('is counted in Redis, for all nodes together, and on each node alone while Redis does not respond', async () => {
    const keys = new Map<string, number>();
    const commands = {
      set: (key: string, _value: string, _unit: string, ms: number) => {
        if (keys.has(key)) return Promise.resolve(null);
        keys.set(key, ms);
        return Promise.resolve('OK');
      },
      pttl: (key: string) => Promise.resolve(keys.get(key) ?? -2),
    };
    const connections = { isResponsive: true, commands };
    const redis = { connections } as unknown as SharedRedis;
    const [first, second] = [new SlowMode(redis), new SlowMode(redis)];
    const member = memberOf({ slowModeSeconds });
    await first.takeTurn(member, 1);
    await expect(second.takeTurn(member, 1)).rejects.toEqual(refusedFor(10_000));
    connections.isResponsive = false;
    expect(() => second.takeTurn(member, 1)).not.toThrow();
  });
});
