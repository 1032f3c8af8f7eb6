import { limits } from '#contracts/limits.js';
import type { UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { WatchList } from './watch-list.js';

const ids = (count: number) => Array.from({ length: count }, () => newId<UserId>());

describe('a watch list', () => {
  it('holds up to the limit per socket, counts no user twice, and adds none of a list that is too long', () => {
    const list = new WatchList();
    const first = ids(limits.presenceWatchMax - 1);
    list.watchUsers('s1', first);
    list.watchUsers('s1', first);
    expect(() => list.watchUsers('s1', ids(2))).toThrow(expect.objectContaining({ code: 'validation.failed' }));
    list.watchUsers('s1', ids(1));
    expect(() => list.watchUsers('s1', ids(1))).toThrow(expect.objectContaining({ code: 'validation.failed' }));
    expect(() => list.watchUsers('s2', ids(1))).not.toThrow();
  });

  it('has room again after a user is unwatched, and after the socket is gone', () => {
    const list = new WatchList();
    const all = ids(limits.presenceWatchMax);
    list.watchUsers('s1', all);
    list.unwatchUsers('s1', all.slice(0, 1));
    list.watchUsers('s1', ids(1));
    list.forgetSocket('s1');
    list.watchUsers('s1', ids(limits.presenceWatchMax));
  });
});
