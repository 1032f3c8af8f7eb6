import { settingsSchema, type Config } from './config/config.js';
import { RateLimits } from './rate-limits.js';

function limitsWith(rateLoginFailuresPerMinute: number): RateLimits {
  const settings = settingsSchema.parse({ rateLoginFailuresPerMinute: String(rateLoginFailuresPerMinute) });
  const config: Config = { ...settings, databaseUrl: 'postgres://127.0.0.1/none', authSecret: 'x'.repeat(32), isDatabaseOwn: false };
  return new RateLimits(config, null);
}

const refused = expect.objectContaining({ code: 'rateLimited', retryAfterMs: expect.any(Number) });

describe('a rate', () => {
  it('is kept per key, and a refusal says how long to wait', async () => {
    const rates = limitsWith(2);
    await rates.consume('loginFailures', 'ada');
    await rates.consume('loginFailures', 'ada');
    await expect(rates.consume('loginFailures', 'ada')).rejects.toEqual(refused);
    expect(await rates.consume('loginFailures', 'bob')).toBeUndefined();
    expect(await rates.consume('operatorLoginFailures', 'ada')).toBeUndefined();
  });

  it('is looked at without taking, and used up by failures alone', async () => {
    const rates = limitsWith(2);
    for (let look = 0; look < 5; look += 1) await rates.check('loginFailures', 'ada');
    await rates.penalize('loginFailures', 'ada');
    await rates.check('loginFailures', 'ada');
    await rates.penalize('loginFailures', 'ada');
    await expect(rates.check('loginFailures', 'ada')).rejects.toEqual(refused);
    await rates.reset('loginFailures', 'ada');
    await rates.check('loginFailures', 'ada');
  });
});
