import { limits } from '#contracts/limits.js';
import type { UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { WatchList } from './watch-list.js';

const ids = (count: number) => Array.from({ length: count }, () => newId<UserId>());

describe('a watch list', () => {
  it('holds up to the limit per socket, counts nobody twice, and adds none of a list that is too long', () => {
    const list = new WatchList();
    const first = ids(limits.presenceWatchMax - 1);
    list.add('s1', first);
    list.add('s1', first);
    expect(() => list.add('s1', ids(2))).toThrow(expect.objectContaining({ code: 'validation.failed' }));
    list.add('s1', ids(1));
    expect(() => list.add('s1', ids(1))).toThrow(expect.objectContaining({ code: 'validation.failed' }));
    expect(() => list.add('s2', ids(1))).not.toThrow();
  });

  it('has room again for who is no longer watched, and after the socket is gone', () => {
    const list = new WatchList();
    const all = ids(limits.presenceWatchMax);
    list.add('s1', all);
    list.remove('s1', all.slice(0, 1));
    list.add('s1', ids(1));
    list.forget('s1');
    list.add('s1', ids(limits.presenceWatchMax));
  });
});
