import { UserId } from '#contracts/primitives.js';
import { MemoryPresenceStore } from './memory-presence-store.js';

const ada = UserId.parse('0197a1f0-0000-7000-8000-00000000000a');
const bob = UserId.parse('0197a1f0-0000-7000-8000-00000000000b');
const online = { status: 'online', text: null } as const;

describe('presence leases', () => {
  it('change presence once with the first device, and not with further devices', async () => {
    const store = new MemoryPresenceStore();
    expect(await store.attachDevice(ada, 'phone')).toEqual({ userId: ada, presence: online });
    expect(await store.attachDevice(ada, 'laptop')).toBeUndefined();
    expect(await store.findLive([ada, bob])).toEqual(new Map([[ada, online]]));
  });

  it('outlive a reload: a device that comes back within the grace time changes nothing', async () => {
    const store = new MemoryPresenceStore();
    await store.attachDevice(ada, 'tab 1');
    expect(await store.detachDevice(ada, 'tab 1', 2000)).toBeUndefined();
    expect(await store.attachDevice(ada, 'tab 2')).toBeUndefined();
    expect(await store.expireLeases(10_000)).toEqual([]);
    expect(await store.findLive([ada])).toEqual(new Map([[ada, online]]));
  });

  it('end with the last device, at its time and once', async () => {
    const store = new MemoryPresenceStore();
    await store.attachDevice(ada, 'phone');
    await store.detachDevice(ada, 'phone', 2000);
    expect(await store.expireLeases(1999)).toEqual([]);
    expect(await store.expireLeases(2000)).toEqual([{ userId: ada, presence: null }]);
    expect(await store.expireLeases(9000)).toEqual([]);
    expect(await store.findLive([ada])).toEqual(new Map());
  });

  it('are away only when every connected device is away', async () => {
    const store = new MemoryPresenceStore();
    await store.attachDevice(ada, 'phone');
    await store.attachDevice(ada, 'laptop');
    expect(await store.setDevice(ada, 'phone', { status: 'away' })).toBeUndefined();
    expect(await store.detachDevice(ada, 'laptop', 2000)).toEqual({ userId: ada, presence: { status: 'away', text: null } });
  });

  it('carry a text of the user, which ends with the last device', async () => {
    const store = new MemoryPresenceStore();
    await store.attachDevice(ada, 'phone');
    expect(await store.setDevice(ada, 'phone', { status: 'online', text: 'at lunch' })).toEqual({
      userId: ada,
      presence: { status: 'online', text: 'at lunch' },
    });
    expect(await store.setDevice(ada, 'phone', { status: 'away' })).toEqual({
      userId: ada,
      presence: { status: 'away', text: 'at lunch' },
    });
    expect(await store.setDevice(ada, 'phone', { status: 'away', text: null })).toEqual({
      userId: ada,
      presence: { status: 'away', text: null },
    });
    await store.detachDevice(ada, 'phone', 0);
    await store.expireLeases(0);
    expect(await store.attachDevice(ada, 'phone')).toEqual({ userId: ada, presence: online });
  });

  it('are not created by a device that never connected', async () => {
    const store = new MemoryPresenceStore();
    expect(await store.setDevice(ada, 'ghost', { status: 'online' })).toBeUndefined();
    expect(await store.detachDevice(ada, 'ghost', 0)).toBeUndefined();
    expect(await store.findLive([ada])).toEqual(new Map());
  });

  it('are listed by rising id, after any id', async () => {
    const store = new MemoryPresenceStore();
    await store.attachDevice(bob, 'phone');
    await store.attachDevice(ada, 'phone');
    expect(await store.listOnline(undefined, 1)).toEqual([ada]);
    expect(await store.listOnline(ada, 10)).toEqual([bob]);
    expect(await store.listOnline(bob, 10)).toEqual([]);
  });
});
