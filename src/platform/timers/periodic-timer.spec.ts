import { PeriodicTimer } from './periodic-timer.js';

function startTimer(task: () => unknown) {
  const warn = jest.fn();
  const timer = new PeriodicTimer('Clock.tick', 100, task, { warn });
  timer.start();
  return { timer, warn };
}

describe('PeriodicTimer', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('calls its task once in each interval until it is stopped', async () => {
    const task = jest.fn();
    const { timer } = startTimer(task);
    timer.start();
    await jest.advanceTimersByTimeAsync(350);
    expect(task).toHaveBeenCalledTimes(3);
    timer.stop();
    await jest.advanceTimersByTimeAsync(300);
    expect(task).toHaveBeenCalledTimes(3);
  });

  it('skips turns while its task is still running', async () => {
    const runs: Array<() => void> = [];
    const { timer } = startTimer(() => new Promise<void>((resolve) => runs.push(resolve)));
    await jest.advanceTimersByTimeAsync(350);
    expect(runs).toHaveLength(1);
    runs[0]?.();
    await jest.advanceTimersByTimeAsync(100);
    expect(runs).toHaveLength(2);
    timer.stop();
  });

  it('logs what its task throws and calls it again', async () => {
    const task = jest
      .fn()
      .mockRejectedValueOnce(new Error('no clock'))
      .mockImplementation(() => {
        throw new Error('still no clock');
      });
    const { timer, warn } = startTimer(task);
    await jest.advanceTimersByTimeAsync(200);
    timer.stop();
    expect(task).toHaveBeenCalledTimes(2);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith({ err: new Error('no clock'), unreported: 0 }, 'Clock.tick failed; it runs again after 100 ms');
  });
});
