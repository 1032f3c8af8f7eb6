import { aloneForMs, BusLane } from './bus-lane.js';

/** A lane with recorded messages, whose replies from Redis the test gives. */
function setUp() {
  const sent: string[] = [];
  const counts: Array<(receivers: number) => void> = [];
  const publish = (message: string) => {
    sent.push(message);
    return new Promise<number>((resolve) => counts.push(resolve));
  };
  const lane = new BusLane({ channel: 'channel', origin: 'node-1', publish, isListening: true, inFlightBytesMax: 1000 });
  const answer = async (place: number, receivers: number) => {
    counts[place]?.(receivers);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { lane, sent, answer };
}

describe('a node on a lane', () => {
  it('is alone for a while after its beat had one receiver and came back', async () => {
    const { lane, answer } = setUp();
    lane.sendBeat(1000);
    expect(lane.isAlone(1001)).toBe(false);
    lane.confirmEcho(1, 1100);
    expect(lane.isAlone(1101)).toBe(false);
    await answer(0, 1);
    expect(lane.isAlone(1000 + aloneForMs - 1)).toBe(true);
    expect(lane.isAlone(1000 + aloneForMs)).toBe(false);
  });

  it('is not alone when the one receiver was another node', async () => {
    const { lane, answer } = setUp();
    lane.sendBeat(1000);
    await answer(0, 1);
    expect(lane.isAlone(1001)).toBe(false);
  });

  it('stops being alone as soon as a beat has several receivers', async () => {
    const { lane, answer } = setUp();
    lane.sendBeat(1000);
    lane.confirmEcho(1, 1001);
    await answer(0, 1);
    lane.sendBeat(1500);
    await answer(1, 2);
    lane.confirmEcho(2, 1501);
    expect(lane.isAlone(1502)).toBe(false);
  });

  it('is not alone while another listener is heard, whatever Redis counts', async () => {
    const { lane, answer } = setUp();
    lane.noteListener(900);
    lane.sendBeat(1000);
    lane.confirmEcho(1, 1001);
    await answer(0, 1);
    expect(lane.isAlone(1002)).toBe(false);
  });

  it('numbers skipped messages, so that a node that missed them detects it', () => {
    const { lane, sent } = setUp();
    lane.sendBeat(1000);
    for (let count = 0; count < 5; count += 1) lane.skipMessage();
    lane.addLine('address payload');
    lane.sendWaiting();
    expect(sent).toEqual(['node-1 1', 'node-1 7\naddress payload']);
    expect(lane.confirmEcho(1, 1001)).toBe(false);
    expect(lane.confirmEcho(7, 1002)).toBe(false);
  });

  it('detects that one of its messages did not come back', () => {
    const { lane } = setUp();
    for (let count = 0; count < 3; count += 1) lane.sendWaiting();
    expect(lane.confirmEcho(1, 1000)).toBe(false);
    expect(lane.confirmEcho(3, 1001)).toBe(true);
    expect(lane.confirmEcho(3, 1002)).toBe(false);
  });
});
