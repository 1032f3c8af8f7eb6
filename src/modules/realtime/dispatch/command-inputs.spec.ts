import fc from 'fast-check';
import { z } from 'zod';
import { type CommandName, commands, type CommandSpec } from '#contracts/commands.js';
import { Metadata } from '#contracts/primitives.js';

const id = '019a0000-0000-7000-8000-000000000001';
const specs = Object.entries<CommandSpec>(commands);
const fieldNames = ['conversationId', 'clientId', 'text', 'replyTo', 'mentions', 'metadata', 'seq', 'emoji', 'readSeq', 'limit', 'other'];
const field = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(id, 'x', 'ü🎈', '', '\0', '\ud800', 1, 0, -1, 1.5, 2 ** 31, true, null, undefined) },
  fc.constantFrom<unknown>([id], [id, 'x'], { k: 1 }, { k: 'x'.repeat(5000) }, JSON.parse('{"__proto__":1}'), { a: { constructor: 1 } }),
  fc.jsonValue(),
);
const input = fc.oneof(fc.dictionary(fc.constantFrom(...fieldNames), field), fc.anything());

test.each(['message.send', 'typing.start', 'receipt.advance'] satisfies CommandName[])('the input of %s is compiled', (name) => {
  expect(() => z.compile<z.ZodType>(commands[name].input, { strict: true })).not.toThrow();
});

test.each(specs)('a compiled schema says of %s what the schema says', (_, { input: schema }) => {
  const compiled = z.compile(schema);
  fc.assert(fc.property(input, (value) => expect(compiled.safeParse(value)).toEqual(schema.safeParse(value))));
});

test.each([{}, { k: null }, { a: [1, 'x', true, { b: -0.5 }] }, { a: { b: { c: { d: { e: { f: { g: {} } } } } } } }])(
  'metadata may be %j',
  (value) => {
    expect(Metadata.parse(value)).toEqual(value);
  },
);

test.each([
  ['a text', 'x'],
  ['a list', [1]],
  ['nothing', null],
  ['undefined inside', { k: undefined }],
  ['no number', { k: Number.NaN }],
  ['a number without an end', { k: [Infinity] }],
  ['bytes', { k: Buffer.from('x') }],
  ['a date', { k: new Date(0) }],
  ['a function', { k: () => 1 }],
  ['a big integer', { k: 1n }],
  ['a key of prototypes', JSON.parse('{"a":{"__proto__":{}}}')],
  ['a NUL', { k: 'a\0b' }],
  ['half a character in a key', { '\ud800': 1 }],
  ['nine levels', { a: { b: { c: { d: { e: { f: { g: { h: {} } } } } } } } }],
  ['over 4 KiB', { k: 'x'.repeat(4096) }],
])('metadata may not be: %s', (_, value) => {
  expect(Metadata.safeParse(value).success).toBe(false);
});
