import { settingsSchema, type Config } from './config/config.js';
import { RateLimits } from './rate-limits.js';

function limitsWith(rateLoginFailuresPerMinute: number): RateLimits {
  const settings = settingsSchema.parse({ rateLoginFailuresPerMinute: String(rateLoginFailuresPerMinute) });
  const config: Config = { ...settings, databaseUrl: 'postgres://127.0.0.1/none', authSecret: 'x'.repeat(32), isDatabaseOwn: false };
  return new RateLimits(config, null);
}

const refused = expect.objectContaining({ code: 'rateLimited', retryAfterMs: expect.any(Number) });

describe('RateLimits', () => {
  it('counts per key, and a refusal says how long to wait', async () => {
    const limits = limitsWith(2);
    await limits.takePoints('loginFailures', 'ada');
    await limits.takePoints('loginFailures', 'ada');
    await expect(limits.takePoints('loginFailures', 'ada')).rejects.toEqual(refused);
    expect(await limits.takePoints('loginFailures', 'bob')).toBeUndefined();
    expect(await limits.takePoints('operatorLoginFailures', 'ada')).toBeUndefined();
  });

  it('can be checked without taking points, so that only failures use them up', async () => {
    const limits = limitsWith(2);
    for (let look = 0; look < 5; look += 1) await limits.checkLimit('loginFailures', 'ada');
    await limits.addPenalty('loginFailures', 'ada');
    await limits.checkLimit('loginFailures', 'ada');
    await limits.addPenalty('loginFailures', 'ada');
    await expect(limits.checkLimit('loginFailures', 'ada')).rejects.toEqual(refused);
    await limits.resetKey('loginFailures', 'ada');
    await limits.checkLimit('loginFailures', 'ada');
  });
});
