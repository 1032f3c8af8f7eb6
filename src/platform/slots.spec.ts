import { Slots } from './slots.js';

const [first, second, third] = [{ name: 'first' }, { name: 'second' }, { name: 'third' }];

test('an item is held until it is removed, and its slot is reused', () => {
  const slots = new Slots<{ name: string }>();
  const slot = slots.addItem(first);
  expect(slots.addItem(second)).not.toBe(slot);
  slots.removeItem(slot, first);
  expect([...slots]).toEqual([second]);
  expect(slots.addItem(third)).toBe(slot);
  expect([...slots]).toEqual([third, second]);
  expect(slots.size).toBe(2);
});

test('removing an item twice removes no other item', () => {
  const slots = new Slots<object>();
  const slot = slots.addItem(first);
  slots.removeItem(slot, first);
  slots.removeItem(slot, first);
  expect(slots.size).toBe(0);
  slots.addItem(second);
  slots.removeItem(slot, first);
  expect([...slots]).toEqual([second]);
});

test('there are never more slots than items held at once', () => {
  const slots = new Slots<object>();
  const held = Array.from({ length: 10 }, () => ({ item: first, slot: slots.addItem(first) }));
  for (let i = 0; i < 10_000; i++) {
    const oldest = held.shift();
    if (oldest !== undefined) slots.removeItem(oldest.slot, oldest.item);
    held.push({ item: first, slot: slots.addItem(first) });
  }
  expect(Math.max(...held.map(({ slot }) => slot))).toBe(9);
});
