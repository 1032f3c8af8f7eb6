import { WindowCounts } from './window-counts.js';

test('what a key takes adds up until its window ends, whatever others take', () => {
  const counts = new WindowCounts(1000);
  expect(counts.add('ada', 1, 0)).toMatchObject({ taken: 1, endsAt: 1000 });
  expect(counts.add('bob', 5, 400)).toMatchObject({ taken: 5, endsAt: 1400 });
  expect(counts.add('ada', 2, 999)).toMatchObject({ taken: 3, endsAt: 1000 });
  expect(counts.add('ada', 1, 1000)).toMatchObject({ taken: 1, endsAt: 2000 });
  expect(counts.read('bob', 1399)).toMatchObject({ taken: 5 });
  expect(counts.read('bob', 1400)).toBeUndefined();
});

test('reading takes nothing, and what is forgotten begins anew', () => {
  const counts = new WindowCounts(1000);
  expect(counts.read('ada', 0)).toBeUndefined();
  counts.add('ada', 3, 0);
  expect(counts.read('ada', 1)?.taken).toBe(3);
  counts.forget('ada');
  expect(counts.add('ada', 1, 2)).toMatchObject({ taken: 1, endsAt: 1002 });
});

test('keys whose window has ended leave memory', () => {
  const counts = new WindowCounts(1000);
  for (let key = 0; key < 100; key += 1) counts.add(String(key), 1, key);
  expect(counts.size).toBe(100);
  counts.add('last', 1, 1050);
  expect(counts.size).toBe(50);
});
