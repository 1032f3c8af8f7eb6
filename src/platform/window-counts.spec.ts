import { WindowCounts } from './window-counts.js';

test('the points of a key add up until its window ends, whatever other keys take', () => {
  const counts = new WindowCounts(1000);
  expect(counts.addCost('ada', 1, 0)).toMatchObject({ taken: 1, endsAt: 1000 });
  expect(counts.addCost('bob', 5, 400)).toMatchObject({ taken: 5, endsAt: 1400 });
  expect(counts.addCost('ada', 2, 999)).toMatchObject({ taken: 3, endsAt: 1000 });
  expect(counts.addCost('ada', 1, 1000)).toMatchObject({ taken: 1, endsAt: 2000 });
  expect(counts.readCount('bob', 1399)).toMatchObject({ taken: 5 });
  expect(counts.readCount('bob', 1400)).toBeUndefined();
});

test('reading takes no points, and a forgotten key starts a new window', () => {
  const counts = new WindowCounts(1000);
  expect(counts.readCount('ada', 0)).toBeUndefined();
  counts.addCost('ada', 3, 0);
  expect(counts.readCount('ada', 1)?.taken).toBe(3);
  counts.forgetKey('ada');
  expect(counts.addCost('ada', 1, 2)).toMatchObject({ taken: 1, endsAt: 1002 });
});

test('keys leave memory when their window has ended', () => {
  const counts = new WindowCounts(1000);
  for (let key = 0; key < 100; key += 1) counts.addCost(String(key), 1, key);
  expect(counts.size).toBe(100);
  counts.addCost('last', 1, 1050);
  expect(counts.size).toBe(50);
});
