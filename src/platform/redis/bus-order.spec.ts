import { BusOrder } from './bus-order.js';

describe('BusOrder', () => {
  it('tells the next message from a repeated one, and detects missing ones', () => {
    const order = new BusOrder();
    expect([1, 2, 2, 1, 3, 5, 6].map((number) => order.checkNumber('a', number, 0))).toEqual([
      'next',
      'next',
      'repeated',
      'repeated',
      'next',
      'gap',
      'next',
    ]);
  });

  it('detects a sender that has published before, because its numbers do not begin at 1', () => {
    const order = new BusOrder();
    expect(order.checkNumber('a', 2, 0)).toBe('late');
    expect(order.checkNumber('a', 3, 0)).toBe('next');
  });

  it('counts each sender separately', () => {
    const order = new BusOrder();
    order.checkNumber('a', 1, 0);
    expect(order.checkNumber('b', 1, 0)).toBe('next');
    expect(order.checkNumber('a', 2, 0)).toBe('next');
  });

  it('forgets a sender that is silent while others are heard', () => {
    const order = new BusOrder();
    order.checkNumber('gone', 1, 0);
    for (let second = 0; second <= 200; second += 1) order.checkNumber('here', second + 1, second * 1000);
    expect(order.checkNumber('gone', 9, 200_001)).toBe('late');
    expect(order.checkNumber('here', 203, 200_002)).toBe('gap');
  });

  it('forgets no sender after a time without any message: this node has missed everything in between', () => {
    const order = new BusOrder();
    order.checkNumber('a', 1, 0);
    order.checkNumber('b', 1, 0);
    expect(order.checkNumber('a', 900, 900_000)).toBe('gap');
    expect(order.checkNumber('b', 900, 900_001)).toBe('gap');
  });
});
