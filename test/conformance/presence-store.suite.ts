import { UserId } from '#contracts/primitives.js';
import type { PresenceChange, PresenceStore } from '../../src/modules/presence/infra/presence-store.js';
import { newId } from '#platform/ids.js';
import { until } from '../support/until.js';

const online = { status: 'online', text: null } as const;

/** What every presence store promises; `open` makes the store of one more node on the same state. */
export function describePresenceStore(name: string, open: () => PresenceStore): void {
  describe(`presence on ${name}`, () => {
    let store: PresenceStore;
    let ada: UserId;
    let bob: UserId;
    beforeEach(() => {
      store = open();
      [ada, bob] = [newId<UserId>(), newId<UserId>()];
    });

    it('is seen once with the first device, and not with further ones', async () => {
      expect(await store.attach(ada, 'phone')).toEqual({ userId: ada, presence: online });
      expect(await store.attach(ada, 'laptop')).toBeUndefined();
      expect(await store.of([ada, bob])).toEqual(new Map([[ada, online]]));
    });

    it('outlives a reload: a device that comes back within the grace time is not seen', async () => {
      await store.attach(ada, 'tab 1');
      expect(await store.detach(ada, 'tab 1', Date.now() + 60_000)).toBeUndefined();
      expect(await store.attach(ada, 'tab 2')).toBeUndefined();
      expect(await store.expire(Date.now())).toEqual([]);
      expect(await store.of([ada])).toEqual(new Map([[ada, online]]));
    });

    it('ends with the last device, not before its time, and once', async () => {
      await store.attach(ada, 'phone');
      await store.detach(ada, 'phone', Date.now() + 300);
      expect(await store.expire(Date.now())).toEqual([]);
      expect(await expired(store)).toEqual([{ userId: ada, presence: null }]);
      expect(await store.expire(Date.now())).toEqual([]);
      expect(await store.of([ada])).toEqual(new Map());
    });

    it('is away only when every connected device is away', async () => {
      await store.attach(ada, 'phone');
      await store.attach(ada, 'laptop');
      expect(await store.set(ada, 'phone', { status: 'away' })).toBeUndefined();
      expect(await store.detach(ada, 'laptop', Date.now() + 60_000)).toEqual({ userId: ada, presence: { status: 'away', text: null } });
    });

    it('carries a text of the user that goes with the last device', async () => {
      await store.attach(ada, 'phone');
      const lunch = { status: 'online', text: 'at lunch: 1 h' } as const;
      expect(await store.set(ada, 'phone', lunch)).toEqual({ userId: ada, presence: lunch });
      expect(await store.set(ada, 'phone', { status: 'away' })).toEqual({ userId: ada, presence: { ...lunch, status: 'away' } });
      expect(await store.of([ada])).toEqual(new Map([[ada, { ...lunch, status: 'away' }]]));
      expect(await store.set(ada, 'phone', { status: 'away', text: null })).toEqual({
        userId: ada,
        presence: { status: 'away', text: null },
      });
      await store.detach(ada, 'phone', Date.now());
      await expired(store);
      expect(await store.attach(ada, 'phone')).toEqual({ userId: ada, presence: online });
    });

    it('is not made by a device that never came', async () => {
      expect(await store.set(ada, 'ghost', { status: 'online' })).toBeUndefined();
      expect(await store.detach(ada, 'ghost', Date.now() + 60_000)).toBeUndefined();
      expect(await store.of([ada])).toEqual(new Map());
    });

    it('is listed by rising id, after any id, and counted', async () => {
      const before = await store.count();
      await store.attach(bob, 'phone');
      await store.attach(ada, 'phone');
      await store.attach(ada, 'laptop');
      const [first, second] = [ada, bob].sort();
      expect(await store.page(justBefore(first), 1)).toEqual([first]);
      expect(await store.page(first, 1)).toEqual([second]);
      expect(await store.count()).toEqual({ devices: before.devices + 3, users: before.users + 2 });
    });
  });
}

/** The first changes that `expire` answers, soon. */
export async function expired(store: PresenceStore, timeoutMs = 5000): Promise<PresenceChange[]> {
  const changes: PresenceChange[] = [];
  const look = async () => {
    changes.push(...(await store.expire(Date.now())));
    return changes.length > 0;
  };
  await until('a lease ends', look, { timeoutMs });
  return changes;
}

/** Any id just below; ids rise with time, so that those of former tests lie below it. */
function justBefore(id: UserId | undefined): UserId {
  const digits = BigInt(`0x${(id ?? '').replaceAll('-', '')}`) - 1n;
  const hex = digits.toString(16).padStart(32, '0');
  return UserId.parse([hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'));
}
