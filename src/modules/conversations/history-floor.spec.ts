import { type FloorSteps, HistoryFloor } from './history-floor.js';

const minute = 60_000;

/** A conversation whose message `seq` expires at `seq` seconds, read in steps of three. */
class Storage {
  now = 0;
  reads = 0;
  isDown = false;

  readonly load = (floor: number): Promise<FloorSteps> => {
    this.reads += 1;
    if (this.isDown) return Promise.reject(new Error('storage is down'));
    const first = Math.max(floor, Math.floor(this.now / 1000) + 1);
    const expiries = [first, first + 1, first + 2].map((seq) => ({ seq, at: seq * 1000 }));
    return Promise.resolve({ floor: first, expiries, completeUntil: (first + 2) * 1000 });
  };

  floor(): HistoryFloor {
    return new HistoryFloor(this.load, 1, () => this.now);
  }
}

describe('the floor of a history', () => {
  it('rises at the moment a message expires, without a read', async () => {
    const storage = new Storage();
    const floor = storage.floor();
    expect(floor.isFresh).toBe(false);
    await floor.refresh();
    expect([floor.isFresh, floor.seq]).toEqual([true, 1]);
    storage.now = 999;
    expect(floor.seq).toBe(1);
    storage.now = 1000;
    expect([floor.isFresh, floor.seq, storage.reads]).toEqual([true, 2, 1]);
  });

  it('is read again when the known expiries are over, and once for all who wait', async () => {
    const storage = new Storage();
    const floor = storage.floor();
    await floor.refresh();
    storage.now = minute;
    expect(floor.isFresh).toBe(false);
    await Promise.all([floor.refresh(), floor.refresh(), floor.refresh()]);
    expect([floor.seq, storage.reads]).toEqual([61, 2]);
  });

  it('is read ahead of time where it is used, so that those who use it do not wait', async () => {
    const storage = new Storage();
    const floor = storage.floor();
    await floor.refresh();
    storage.now = 2000;
    expect([floor.isFresh, storage.reads]).toEqual([true, 2]);
    await floor.refresh();
    storage.now = 4500;
    expect([floor.isFresh, floor.seq]).toEqual([true, 5]);
  });

  it('stays where it is while storage is down, rises again afterwards, and never falls', async () => {
    const storage = new Storage();
    const floor = storage.floor();
    await floor.refresh();
    storage.isDown = true;
    storage.now = minute;
    await floor.refresh();
    expect([floor.isFresh, floor.seq]).toEqual([true, 4]);
    storage.isDown = false;
    storage.now += minute;
    await floor.refresh();
    expect(floor.seq).toBe(121);
    floor.raiseTo(50);
    expect(floor.seq).toBe(121);
    expect(HistoryFloor.fixedAt(7)).toMatchObject({ isFresh: true, seq: 7 });
  });
});
