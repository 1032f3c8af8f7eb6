import { SendFrame } from './send-frame.js';

function unmask(frame: Buffer): string {
  const mask = frame.subarray(4, 8);
  return Buffer.from(frame.subarray(8).map((byte, index) => byte ^ (mask[index & 3] ?? 0))).toString();
}

describe('SendFrame', () => {
  it('is a masked text frame with its length', () => {
    const bytes = new SendFrame('room', 3).next();
    expect([bytes[0], bytes[1]]).toEqual([0x81, 0x80 | 126]);
    expect(bytes.readUInt16BE(2)).toBe(bytes.length - 8);
  });

  it('has a new client id each time, a UUIDv7 of the current time, and otherwise the same bytes', () => {
    const startedAt = Date.now();
    const frame = new SendFrame('room', 3);
    const sent = Array.from({ length: 300 }, () => unmask(frame.next()));
    const commands = sent.map((packet): unknown => JSON.parse(packet.slice('423'.length)));
    const ids = sent.map((packet) => /"clientId":"([0-9a-f-]{36})"/.exec(packet)?.[1]);
    expect(new Set(ids).size).toBe(300);
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const madeAt = Number.parseInt((id ?? '').replace('-', '').slice(0, 12), 16);
      expect(madeAt).toBeGreaterThanOrEqual(startedAt);
      expect(madeAt).toBeLessThanOrEqual(Date.now());
    }
    expect(commands[0]).toMatchObject(['message.send', { conversationId: 'room', text: expect.any(String) }]);
    expect(new Set(sent.map((packet) => packet.replace(/"clientId":"[^"]*"/, ''))).size).toBe(1);
  });
});
