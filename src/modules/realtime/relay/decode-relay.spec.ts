import { decodeEvent, encodeEvent, roomOfLine } from './decode-relay.js';

describe('an event between nodes', () => {
  const event = {
    room: 'conversation:1',
    exceptRoom: 'user:2',
    onlyRoom: 'user:3',
    event: 'message.created',
    payload: { text: 'two words\nand a line', nested: { list: [1, 'a b'] } },
  } as const;

  it('arrives as it was published, in one line', () => {
    const line = encodeEvent(event);
    expect(line).not.toContain('\n');
    expect(roomOfLine(line)).toBe('conversation:1');
    expect(decodeEvent(line)).toEqual(event);
  });

  it('without a room goes to all sockets', () => {
    const line = encodeEvent({ room: undefined, exceptRoom: undefined, onlyRoom: undefined, event: 'notice', payload: { text: ' - ' } });
    expect(roomOfLine(line)).toBeUndefined();
    expect(decodeEvent(line)).toEqual({
      room: undefined,
      exceptRoom: undefined,
      onlyRoom: undefined,
      event: 'notice',
      payload: { text: ' - ' },
    });
  });

  it('that this version does not know is skipped', () => {
    expect(decodeEvent('user:1 - - something.new {"a":1}')).toBeUndefined();
  });
});
