import { UserId } from '#contracts/primitives.js';
import type { PresenceChange, PresenceStore } from '../../src/modules/presence/infra/presence-store.js';
import { newId } from '#platform/ids.js';
import { until } from '../support/until.js';

const online = { status: 'online', text: null } as const;

/** The promises of every presence store. `open` creates the store of another node on the same state. */
export function describePresenceStore(name: string, open: () => PresenceStore): void {
  describe(`presence on ${name}`, () => {
    let store: PresenceStore;
    let ada: UserId;
    let bob: UserId;
    beforeEach(() => {
      store = open();
      [ada, bob] = [newId<UserId>(), newId<UserId>()];
    });

    it('changes with the first device, and not with further devices', async () => {
      expect(await store.attachDevice(ada, 'phone')).toEqual({ userId: ada, presence: online });
      expect(await store.attachDevice(ada, 'laptop')).toBeUndefined();
      expect(await store.findLive([ada, bob])).toEqual(new Map([[ada, online]]));
    });

    it('survives a page reload: a device that reconnects within the grace time changes nothing', async () => {
      await store.attachDevice(ada, 'tab 1');
      expect(await store.detachDevice(ada, 'tab 1', performance.now() + 60_000)).toBeUndefined();
      expect(await store.attachDevice(ada, 'tab 2')).toBeUndefined();
      expect(await store.expireLeases(performance.now())).toEqual([]);
      expect(await store.findLive([ada])).toEqual(new Map([[ada, online]]));
    });

    it('ends once, when the grace time of the last device is over', async () => {
      await store.attachDevice(ada, 'phone');
      await store.detachDevice(ada, 'phone', performance.now() + 300);
      expect(await store.expireLeases(performance.now())).toEqual([]);
      expect(await expired(store)).toEqual([{ userId: ada, presence: null }]);
      expect(await store.expireLeases(performance.now())).toEqual([]);
      expect(await store.findLive([ada])).toEqual(new Map());
    });

    it('is away only when every connected device is away', async () => {
      await store.attachDevice(ada, 'phone');
      await store.attachDevice(ada, 'laptop');
      expect(await store.setDevice(ada, 'phone', { status: 'away' })).toBeUndefined();
      expect(await store.detachDevice(ada, 'laptop', performance.now() + 60_000)).toEqual({
        userId: ada,
        presence: { status: 'away', text: null },
      });
    });

    it("carries the user's status text, which ends with the last device", async () => {
      await store.attachDevice(ada, 'phone');
      const lunch = { status: 'online', text: 'at lunch: 1 h' } as const;
      expect(await store.setDevice(ada, 'phone', lunch)).toEqual({ userId: ada, presence: lunch });
      expect(await store.setDevice(ada, 'phone', { status: 'away' })).toEqual({ userId: ada, presence: { ...lunch, status: 'away' } });
      expect(await store.findLive([ada])).toEqual(new Map([[ada, { ...lunch, status: 'away' }]]));
      expect(await store.setDevice(ada, 'phone', { status: 'away', text: null })).toEqual({
        userId: ada,
        presence: { status: 'away', text: null },
      });
      await store.detachDevice(ada, 'phone', performance.now());
      await expired(store);
      expect(await store.attachDevice(ada, 'phone')).toEqual({ userId: ada, presence: online });
    });

    it('is never created by a device that did not connect', async () => {
      expect(await store.setDevice(ada, 'ghost', { status: 'online' })).toBeUndefined();
      expect(await store.detachDevice(ada, 'ghost', performance.now() + 60_000)).toBeUndefined();
      expect(await store.findLive([ada])).toEqual(new Map());
    });

    it('is counted, and listed in ascending order of user ids after any given id', async () => {
      const before = await store.countOnline();
      await store.attachDevice(bob, 'phone');
      await store.attachDevice(ada, 'phone');
      await store.attachDevice(ada, 'laptop');
      const [first, second] = [ada, bob].sort();
      expect(await store.listOnline(justBefore(first), 1)).toEqual([first]);
      expect(await store.listOnline(first, 1)).toEqual([second]);
      expect(await store.countOnline()).toEqual({ devices: before.devices + 3, users: before.users + 2 });
    });
  });
}

/** The first changes that `expireLeases` returns. */
export async function expired(store: PresenceStore, timeoutMs = 5000): Promise<PresenceChange[]> {
  const changes: PresenceChange[] = [];
  const expire = async () => {
    changes.push(...(await store.expireLeases(performance.now())));
    return changes.length > 0;
  };
  await until('a lease ends', expire, { timeoutMs });
  return changes;
}

/** The next lower id. Ids ascend with time, so the ids of earlier tests are lower. */
function justBefore(id: UserId | undefined): UserId {
  const digits = BigInt(`0x${(id ?? '').replaceAll('-', '')}`) - 1n;
  const hex = digits.toString(16).padStart(32, '0');
  return UserId.parse([hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'));
}
