import fc from 'fast-check';
import { JsonText, jsonOf } from './json-text.js';

test('a JsonText serializes as its value does, also inside other JSON', () => {
  fc.assert(
    fc.property(fc.object(), (value) => {
      const text = JsonText.of(value);
      expect(text.text).toBe(JSON.stringify(value));
      expect(jsonOf(text)).toBe(jsonOf(value));
      expect(JSON.stringify({ inside: [text] })).toBe(JSON.stringify({ inside: [value] }));
    }),
  );
});
