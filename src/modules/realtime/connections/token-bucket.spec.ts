import { TokenBucket } from './token-bucket.js';

const take = (bucket: TokenBucket, times: number, at: number) => Array.from({ length: times }, () => bucket.take(at).kind);

describe('a token bucket', () => {
  it('lets a burst of twice the rate pass and says how long to wait then', () => {
    const bucket = new TokenBucket(10, 0);
    expect(take(bucket, 20, 0)).toEqual(Array.from({ length: 20 }, () => 'taken'));
    expect(bucket.take(0)).toEqual({ kind: 'wait', retryAfterMs: 100 });
    expect(bucket.take(100).kind).toBe('taken');
  });

  it('never collects more than one burst', () => {
    const bucket = new TokenBucket(10, 0);
    const kinds = take(bucket, 21, 3_600_000);
    expect(kinds.filter((kind) => kind === 'taken')).toHaveLength(20);
  });

  it('calls it a flood after ten seconds’ worth of refusals', () => {
    const bucket = new TokenBucket(10, 0);
    const kinds = take(bucket, 121, 0);
    expect(kinds.at(119)).toBe('wait');
    expect(kinds.at(120)).toBe('flood');
  });

  it('forgets refusals of someone who is just over the rate', () => {
    const bucket = new TokenBucket(10, 0);
    const kinds = Array.from({ length: 2000 }, (_, index) => bucket.take(index * 55).kind);
    expect(kinds).not.toContain('flood');
    expect(kinds).toContain('wait');
  });

  it('is not fooled by a clock that goes back', () => {
    const bucket = new TokenBucket(1, 1000);
    take(bucket, 2, 1000);
    expect(bucket.take(0).kind).toBe('wait');
  });
});
