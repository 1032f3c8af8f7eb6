import { TokenBucket } from './token-bucket.js';

const takeKinds = (bucket: TokenBucket, times: number, at: number) => Array.from({ length: times }, () => bucket.takeToken(at).kind);

describe('TokenBucket', () => {
  it('allows a burst of twice the rate, then says how long to wait', () => {
    const bucket = new TokenBucket(10, 0);
    expect(takeKinds(bucket, 20, 0)).toEqual(Array.from({ length: 20 }, () => 'taken'));
    expect(bucket.takeToken(0)).toEqual({ kind: 'wait', retryAfterMs: 100 });
    expect(bucket.takeToken(100).kind).toBe('taken');
  });

  it('never saves up more than one burst', () => {
    const bucket = new TokenBucket(10, 0);
    const kinds = takeKinds(bucket, 21, 3_600_000);
    expect(kinds.filter((kind) => kind === 'taken')).toHaveLength(20);
  });

  it('reports a flood after refusals worth ten seconds', () => {
    const bucket = new TokenBucket(10, 0);
    const kinds = takeKinds(bucket, 121, 0);
    expect(kinds.at(119)).toBe('wait');
    expect(kinds.at(120)).toBe('flood');
  });

  it('never reports a flood for a client just over the rate', () => {
    const bucket = new TokenBucket(10, 0);
    const kinds = Array.from({ length: 2000 }, (_, index) => bucket.takeToken(index * 55).kind);
    expect(kinds).not.toContain('flood');
    expect(kinds).toContain('wait');
  });

  it('gives no tokens when the clock goes back', () => {
    const bucket = new TokenBucket(1, 1000);
    takeKinds(bucket, 2, 1000);
    expect(bucket.takeToken(0).kind).toBe('wait');
  });
});
