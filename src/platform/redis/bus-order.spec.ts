import { BusOrder } from './bus-order.js';

describe('the numbers of a sender', () => {
  it('say what is next, what was here before, and that something is missing', () => {
    const order = new BusOrder();
    expect([1, 2, 2, 1, 3, 5, 6].map((number) => order.take('a', number, 0))).toEqual([
      'next',
      'next',
      'repeated',
      'repeated',
      'next',
      'gap',
      'next',
    ]);
  });

  it('say that others were told before, where they do not begin at 1', () => {
    const order = new BusOrder();
    expect(order.take('a', 2, 0)).toBe('late');
    expect(order.take('a', 3, 0)).toBe('next');
  });

  it('are those of each sender alone', () => {
    const order = new BusOrder();
    order.take('a', 1, 0);
    expect(order.take('b', 1, 0)).toBe('next');
    expect(order.take('a', 2, 0)).toBe('next');
  });

  it('are forgotten when the sender is silent among others that speak', () => {
    const order = new BusOrder();
    order.take('gone', 1, 0);
    for (let second = 0; second <= 200; second += 1) order.take('here', second + 1, second * 1000);
    expect(order.take('gone', 9, 200_001)).toBe('late');
    expect(order.take('here', 203, 200_002)).toBe('gap');
  });

  it('are kept when nobody was heard for long: everything in between was missed', () => {
    const order = new BusOrder();
    order.take('a', 1, 0);
    order.take('b', 1, 0);
    expect(order.take('a', 900, 900_000)).toBe('gap');
    expect(order.take('b', 900, 900_001)).toBe('gap');
  });
});
