import { aloneForMs, BusLane } from './bus-lane.js';

/** A lane whose messages go nowhere, and how Redis answers each. */
function setUp() {
  const told: string[] = [];
  const counts: Array<(receivers: number) => void> = [];
  const publish = (message: string) => {
    told.push(message);
    return new Promise<number>((resolve) => counts.push(resolve));
  };
  const lane = new BusLane({ channel: 'channel', origin: 'node-1', publish, isListening: true, inFlightBytesMax: 1000 });
  const answer = async (place: number, receivers: number) => {
    counts[place]?.(receivers);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { lane, told, answer };
}

describe('a node', () => {
  it('is alone when its beat had one receiver and came back, for a while from when it was sent', async () => {
    const { lane, answer } = setUp();
    lane.sendBeat(1000);
    expect(lane.isAlone(1001)).toBe(false);
    lane.echoed(1, 1100);
    expect(lane.isAlone(1101)).toBe(false);
    await answer(0, 1);
    expect(lane.isAlone(1000 + aloneForMs - 1)).toBe(true);
    expect(lane.isAlone(1000 + aloneForMs)).toBe(false);
  });

  it('is not alone when the one receiver was another', async () => {
    const { lane, answer } = setUp();
    lane.sendBeat(1000);
    await answer(0, 1);
    expect(lane.isAlone(1001)).toBe(false);
  });

  it('is not alone any more as soon as a beat had more receivers', async () => {
    const { lane, answer } = setUp();
    lane.sendBeat(1000);
    lane.echoed(1, 1001);
    await answer(0, 1);
    lane.sendBeat(1500);
    await answer(1, 2);
    lane.echoed(2, 1501);
    expect(lane.isAlone(1502)).toBe(false);
  });

  it('is not alone while another that listens is heard, whatever Redis counts', async () => {
    const { lane, answer } = setUp();
    lane.heardListener(900);
    lane.sendBeat(1000);
    lane.echoed(1, 1001);
    await answer(0, 1);
    expect(lane.isAlone(1002)).toBe(false);
  });

  it('numbers what it skips, so that who should have heard it finds it missing', () => {
    const { lane, told } = setUp();
    lane.sendBeat(1000);
    for (let count = 0; count < 5; count += 1) lane.skip();
    lane.add('address payload');
    lane.send();
    expect(told).toEqual(['node-1 1', 'node-1 7\naddress payload']);
    expect(lane.echoed(1, 1001)).toBe(false);
    expect(lane.echoed(7, 1002)).toBe(false);
  });

  it('knows when what it told did not come back', () => {
    const { lane } = setUp();
    for (let count = 0; count < 3; count += 1) lane.send();
    expect(lane.echoed(1, 1000)).toBe(false);
    expect(lane.echoed(3, 1001)).toBe(true);
    expect(lane.echoed(3, 1002)).toBe(false);
  });
});
