import { UserId } from '#contracts/primitives.js';
import { MemoryPresenceStore } from './memory-presence-store.js';

const ada = UserId.parse('0197a1f0-0000-7000-8000-00000000000a');
const bob = UserId.parse('0197a1f0-0000-7000-8000-00000000000b');
const online = { status: 'online', text: null } as const;

describe('presence leases', () => {
  it('are seen once with the first device, and not with further ones', async () => {
    const store = new MemoryPresenceStore();
    expect(await store.attach(ada, 'phone')).toEqual({ userId: ada, presence: online });
    expect(await store.attach(ada, 'laptop')).toBeUndefined();
    expect(await store.of([ada, bob])).toEqual(new Map([[ada, online]]));
  });

  it('outlive a reload: a device that comes back within the grace time is not seen', async () => {
    const store = new MemoryPresenceStore();
    await store.attach(ada, 'tab 1');
    expect(await store.detach(ada, 'tab 1', 2000)).toBeUndefined();
    expect(await store.attach(ada, 'tab 2')).toBeUndefined();
    expect(await store.expire(10_000)).toEqual([]);
    expect(await store.of([ada])).toEqual(new Map([[ada, online]]));
  });

  it('end with the last device, at its time and once', async () => {
    const store = new MemoryPresenceStore();
    await store.attach(ada, 'phone');
    await store.detach(ada, 'phone', 2000);
    expect(await store.expire(1999)).toEqual([]);
    expect(await store.expire(2000)).toEqual([{ userId: ada, presence: null }]);
    expect(await store.expire(9000)).toEqual([]);
    expect(await store.of([ada])).toEqual(new Map());
  });

  it('are away only when every connected device is away', async () => {
    const store = new MemoryPresenceStore();
    await store.attach(ada, 'phone');
    await store.attach(ada, 'laptop');
    expect(await store.set(ada, 'phone', { status: 'away' })).toBeUndefined();
    expect(await store.detach(ada, 'laptop', 2000)).toEqual({ userId: ada, presence: { status: 'away', text: null } });
  });

  it('carry a text of the user that goes with the last device', async () => {
    const store = new MemoryPresenceStore();
    await store.attach(ada, 'phone');
    expect(await store.set(ada, 'phone', { status: 'online', text: 'at lunch' })).toEqual({
      userId: ada,
      presence: { status: 'online', text: 'at lunch' },
    });
    expect(await store.set(ada, 'phone', { status: 'away' })).toEqual({ userId: ada, presence: { status: 'away', text: 'at lunch' } });
    expect(await store.set(ada, 'phone', { status: 'away', text: null })).toEqual({
      userId: ada,
      presence: { status: 'away', text: null },
    });
    await store.detach(ada, 'phone', 0);
    await store.expire(0);
    expect(await store.attach(ada, 'phone')).toEqual({ userId: ada, presence: online });
  });

  it('are not made by a device that never came', async () => {
    const store = new MemoryPresenceStore();
    expect(await store.set(ada, 'ghost', { status: 'online' })).toBeUndefined();
    expect(await store.detach(ada, 'ghost', 0)).toBeUndefined();
    expect(await store.of([ada])).toEqual(new Map());
  });

  it('are listed by rising id, after any id', async () => {
    const store = new MemoryPresenceStore();
    await store.attach(bob, 'phone');
    await store.attach(ada, 'phone');
    expect(await store.page(undefined, 1)).toEqual([ada]);
    expect(await store.page(ada, 10)).toEqual([bob]);
    expect(await store.page(bob, 10)).toEqual([]);
  });
});
