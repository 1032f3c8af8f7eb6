import type { UserId } from '#contracts/primitives.js';
import { RedisPresenceStore } from '../../src/modules/presence/infra/redis-presence-store.js';
import { newId } from '#platform/ids.js';
import { redisNodes } from '../support/redis-nodes.js';
import { describePresenceStore, expired } from './presence-store.suite.js';

const nodes = redisNodes();

const open = () => new RedisPresenceStore(nodes.first().commands);
describePresenceStore('Redis', open);

describe('presence over nodes', () => {
  beforeEach(() => nodes.first().commands.flushall());

  it('is one: a device on another node keeps its user here, and changes are answered by the node that made them', async () => {
    const [one, two, ada] = [open(), open(), newId<UserId>()];
    expect(await one.attach(ada, 'a')).toBeDefined();
    expect(await two.attach(ada, 'b')).toBeUndefined();
    await one.detach(ada, 'a', Date.now());
    expect(await one.expire(Date.now())).toEqual([]);
    expect(await two.set(ada, 'b', { status: 'away' })).toEqual({ userId: ada, presence: { status: 'away', text: null } });
    expect((await one.of([ada])).get(ada)).toEqual({ status: 'away', text: null });
  });

  it('of a node that died ends with its lease, is told once, and is not mistaken for a goodbye', async () => {
    const [dead, living, ada, bob] = [open(), open(), newId<UserId>(), newId<UserId>()];
    await dead.attach(ada, 'a');
    await dead.attach(bob, 'b');
    await living.attach(bob, 'b2');
    expect(await expired(living, 20_000)).toEqual([{ userId: ada, presence: null, isLost: true }]);
    expect((await living.of([ada, bob])).has(bob)).toBe(true);
  });

  it('comes back by itself after Redis has forgotten everything', async () => {
    const [store, ada] = [open(), newId<UserId>()];
    await store.attach(ada, 'a');
    await store.set(ada, 'a', { status: 'away' });
    await nodes.first().commands.flushall();
    expect(await expired(store, 10_000)).toEqual([{ userId: ada, presence: { status: 'away', text: null } }]);
  });
});
