import { Clock } from './clock.js';

const hourMs = 3_600_000;

function clockAt(localMs: number): { clock: Clock; advance: (ms: number) => void; follow: (storeMs: number) => number } {
  let monotonic = 500;
  const clock = new Clock(() => monotonic, localMs);
  return {
    clock,
    advance: (ms) => (monotonic += ms),
    follow: (storeMs) => clock.followStore(storeMs, monotonic, monotonic),
  };
}

describe('the clock of a process', () => {
  it('takes the time of the store and not that of its machine', () => {
    for (const wrongBy of [-hourMs, 0, hourMs]) {
      const { clock, advance, follow } = clockAt(10 * hourMs + wrongBy);
      follow(10 * hourMs);
      // A clock that is an hour ahead of the store is wrong, so it does not catch up slowly.
      expect(clock.now()).toBe(10 * hourMs);
      advance(1000);
      expect(clock.now()).toBe(10 * hourMs + 1000);
      expect(clock.date().getTime()).toBe(clock.now());
    }
  });

  it('does not go back while it catches up with a store that is a little behind', () => {
    const { clock, advance, follow } = clockAt(hourMs);
    expect(follow(hourMs - 4000)).toBe(-4000);
    expect(clock.now()).toBe(hourMs);
    advance(2000);
    expect(clock.now()).toBe(hourMs + 1000);
    advance(6000);
    expect(clock.now()).toBe(hourMs + 4000);
    advance(1000);
    expect(clock.now()).toBe(hourMs + 5000);
  });

  it('is not moved by a store that may agree, however long its answer takes', () => {
    const { clock } = clockAt(hourMs);
    expect(clock.followStore(hourMs + 10, 500, 500)).toBe(0);
    expect(clock.followStore(hourMs + 900, 500, 2500)).toBe(0);
    expect(clock.now()).toBe(hourMs);
    expect(clock.followStore(hourMs + 9000, 500, 2500)).toBe(8000);
  });
});
