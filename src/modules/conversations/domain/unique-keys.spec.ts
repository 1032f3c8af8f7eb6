import fc from 'fast-check';
import { UserId } from '#contracts/primitives.js';
import { directKey } from './unique-keys.js';

const userId = fc.uuid().map((id) => UserId.parse(id));

it('a pair of users has one key in either order, and two pairs never share a key', () => {
  fc.assert(
    fc.property(userId, userId, userId, (a, b, c) => {
      expect(directKey(a, b)).toBe(directKey(b, a));
      if (c !== b) expect(directKey(a, b)).not.toBe(directKey(a, c));
    }),
  );
});
