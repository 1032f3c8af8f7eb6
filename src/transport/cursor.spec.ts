import { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor.js';

const Position = z.tuple([z.int(), z.string()]);

describe('a cursor', () => {
  it('comes back as the position it was made of', () => {
    expect(decodeCursor(Position, encodeCursor([7, 'ü 漢']))).toEqual([7, 'ü 漢']);
    expect(decodeCursor(Position, undefined)).toBeUndefined();
  });

  it.each([
    'garbage',
    '',
    '!!!',
    encodeCursor(['7', 'x']),
    encodeCursor({}),
    encodeCursor(null),
    encodeCursor([7, 'a\0b']),
    encodeCursor([7, '\ud800']),
  ])('that this list did not make is refused: %p', (text) => {
    expect(() => decodeCursor(Position, text)).toThrow(expect.objectContaining({ code: 'validation.failed' }));
  });
});
