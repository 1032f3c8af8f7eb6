import { Slots } from './slots.js';

const [first, second, third] = [{ name: 'first' }, { name: 'second' }, { name: 'third' }];

test('what was put in is there until it is taken out, and its slot is used again', () => {
  const slots = new Slots<{ name: string }>();
  const slot = slots.add(first);
  expect(slots.add(second)).not.toBe(slot);
  slots.remove(slot, first);
  expect([...slots]).toEqual([second]);
  expect(slots.add(third)).toBe(slot);
  expect([...slots]).toEqual([third, second]);
  expect(slots.size).toBe(2);
});

test('what is taken out twice takes nothing else with it', () => {
  const slots = new Slots<object>();
  const slot = slots.add(first);
  slots.remove(slot, first);
  slots.remove(slot, first);
  expect(slots.size).toBe(0);
  slots.add(second);
  slots.remove(slot, first);
  expect([...slots]).toEqual([second]);
});

test('there are no more slots than there were things at once', () => {
  const slots = new Slots<object>();
  const held = Array.from({ length: 10 }, () => ({ item: first, slot: slots.add(first) }));
  for (let i = 0; i < 10_000; i++) {
    const oldest = held.shift();
    if (oldest !== undefined) slots.remove(oldest.slot, oldest.item);
    held.push({ item: first, slot: slots.add(first) });
  }
  expect(Math.max(...held.map(({ slot }) => slot))).toBe(9);
});
