import { parseRedisUrl } from './parse-redis-url.js';

describe('parseRedisUrl', () => {
  it('reads one host with port, login and database', () => {
    expect(parseRedisUrl('redis://me:p%40ss@localhost:7000/2')).toEqual({
      hosts: [{ host: 'localhost', port: 7000 }],
      isCluster: false,
      isEncrypted: false,
      username: 'me',
      password: 'p@ss',
      db: 2,
    });
  });

  it('assumes the usual port, and nothing else, by default', () => {
    expect(parseRedisUrl('rediss://cache')).toMatchObject({ hosts: [{ host: 'cache', port: 6379 }], isEncrypted: true, db: 0 });
  });

  it.each(['redis://a:1,b:2,c:3', 'redis://a:1, redis://b:2, redis://c:3', 'redis://:secret@a:1,b:2,c:3/?cluster=true'])(
    'is a cluster when it names several hosts: %s',
    (text) => {
      expect(parseRedisUrl(text)).toMatchObject({
        isCluster: true,
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
          { host: 'c', port: 3 },
        ],
      });
    },
  );

  it('reads that one host is a cluster', () => {
    expect(parseRedisUrl('redis://a:1?cluster=true').isCluster).toBe(true);
  });

  it.each(['http://a', 'redis://', 'redis://a/b', 'redis://a:1,b:2/3', 'nonsense'])(
    'refuses a malformed address without repeating it: %s',
    (text) => {
      expect(() => parseRedisUrl(text)).toThrow(/expected|names no host|database/);
    },
  );
});
