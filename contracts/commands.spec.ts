import fc from 'fast-check';
import { z } from 'zod';
import { type CommandName, commands, type CommandSpec } from './commands.js';

const id = '019a0000-0000-7000-8000-000000000001';
const specs = Object.entries<CommandSpec>(commands);
const fieldNames = ['conversationId', 'clientId', 'text', 'replyTo', 'mentions', 'metadata', 'seq', 'emoji', 'readSeq', 'limit', 'other'];
const field = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(id, 'x', 'ü🎈', '', '\0', '\ud800', 1, 0, -1, 1.5, 2 ** 31, true, null, undefined) },
  fc.constantFrom<unknown>([id], [id, 'x'], { k: 1 }, { k: 'x'.repeat(5000) }, JSON.parse('{"__proto__":1}'), { a: { constructor: 1 } }),
  fc.jsonValue(),
);
const input = fc.oneof(fc.dictionary(fc.constantFrom(...fieldNames), field), fc.anything());

test.each(['message.send', 'typing.start', 'receipt.advance'] satisfies CommandName[])(
  'the input of %s compiles whole, because it is parsed on the hot path',
  (name) => {
    expect(() => z.compile<z.ZodType>(commands[name].input, { strict: true })).not.toThrow();
  },
);

test.each(specs)('the compiled input of %s gives the same verdict, value and errors as the schema itself', (_, { input: schema }) => {
  const compiled = z.compile(schema);
  fc.assert(fc.property(input, (value) => expect(compiled.safeParse(value)).toEqual(schema.safeParse(value))));
});
