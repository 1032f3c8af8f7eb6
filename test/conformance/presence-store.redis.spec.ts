import type { UserId } from '#contracts/primitives.js';
import { RedisPresenceStore } from '../../src/modules/presence/infra/redis-presence-store.js';
import { newId } from '#platform/ids.js';
import { redisNodes } from '../support/redis-nodes.js';
import { describePresenceStore, expired } from './presence-store.suite.js';

const nodes = redisNodes();

const open = () => new RedisPresenceStore(nodes.first().commands);
describePresenceStore('Redis', open);

describe('presence on several nodes', () => {
  beforeEach(() => nodes.first().commands.flushall());

  it('is shared: a device on any node keeps its user online, and the node that causes a change is the one to report it', async () => {
    const [one, two, ada] = [open(), open(), newId<UserId>()];
    expect(await one.attachDevice(ada, 'a')).toBeDefined();
    expect(await two.attachDevice(ada, 'b')).toBeUndefined();
    await one.detachDevice(ada, 'a', performance.now());
    expect(await one.expireLeases(performance.now())).toEqual([]);
    expect(await two.setDevice(ada, 'b', { status: 'away' })).toEqual({ userId: ada, presence: { status: 'away', text: null } });
    expect((await one.findLive([ada])).get(ada)).toEqual({ status: 'away', text: null });
  });

  it('of a dead node ends with its lease, is reported once, and is marked as the loss of a node', async () => {
    const [dead, living, ada, bob] = [open(), open(), newId<UserId>(), newId<UserId>()];
    await dead.attachDevice(ada, 'a');
    await dead.attachDevice(bob, 'b');
    await living.attachDevice(bob, 'b2');
    expect(await expired(living, 20_000)).toEqual([{ userId: ada, presence: null, isNodeLost: true }]);
    expect((await living.findLive([ada, bob])).has(bob)).toBe(true);
  });

  it('is restored automatically after Redis loses all data', async () => {
    const [store, ada] = [open(), newId<UserId>()];
    await store.attachDevice(ada, 'a');
    await store.setDevice(ada, 'a', { status: 'away' });
    await nodes.first().commands.flushall();
    expect(await expired(store, 10_000)).toEqual([{ userId: ada, presence: { status: 'away', text: null } }]);
  });
});
