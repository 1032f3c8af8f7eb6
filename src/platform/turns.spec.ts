import { Turns } from './turns.js';

const later = () => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('run work of one key one after the other, in the order it came', async () => {
    const turns = new Turns({ runningMax: 10, waitingMax: 100 });
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} starts`);
      await later();
      seen.push(`${name} ends`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => turns.take('key', work(name))));
    expect(seen).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });

  it('run no more than the limit at once, and a hot key does not hold up another one', async () => {
    const turns = new Turns({ runningMax: 2, waitingMax: 100 });
    let running = 0;
    let most = 0;
    const order: string[] = [];
    const work = (name: string) => async () => {
      most = Math.max(most, ++running);
      await later();
      running -= 1;
      order.push(name);
    };
    await Promise.all([...['h1', 'h2', 'h3', 'h4'].map((name) => turns.take('hot', work(name))), turns.take('cold', work('cold'))]);
    expect(most).toBe(2);
    expect(order.indexOf('cold')).toBeLessThan(order.indexOf('h2'));
  });

  it('give the turn on when work fails, and refuse what is too much with overloaded', async () => {
    const turns = new Turns({ runningMax: 1, waitingMax: 1 });
    const failed = turns.take('key', () => Promise.reject(new Error('boom')));
    const second = turns.take('key', () => Promise.resolve('second'));
    await expect(turns.take('key', () => Promise.resolve('third'))).rejects.toMatchObject({ code: 'overloaded' });
    await expect(failed).rejects.toThrow('boom');
    await expect(second).resolves.toBe('second');
  });
});
