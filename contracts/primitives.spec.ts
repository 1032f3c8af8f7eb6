import { Metadata } from './primitives.js';

test.each([{}, { k: null }, { a: [1, 'x', true, { b: -0.5 }] }, { a: { b: { c: { d: { e: { f: { g: {} } } } } } } }])(
  'metadata can hold %j',
  (value) => {
    expect(Metadata.parse(value)).toEqual(value);
  },
);

test.each([
  ['a text', 'x'],
  ['a list', [1]],
  ['null', null],
  ['an undefined value', { k: undefined }],
  ['NaN', { k: Number.NaN }],
  ['an infinite number', { k: [Infinity] }],
  ['a buffer', { k: Buffer.from('x') }],
  ['a date', { k: new Date(0) }],
  ['a function', { k: () => 1 }],
  ['a bigint', { k: 1n }],
  ['a prototype key', JSON.parse('{"a":{"__proto__":{}}}')],
  ['a NUL', { k: 'a\0b' }],
  ['a lone surrogate in a key', { '\ud800': 1 }],
  ['nine levels of nesting', { a: { b: { c: { d: { e: { f: { g: { h: {} } } } } } } } }],
  ['more than 4 KiB of JSON', { k: 'x'.repeat(4096) }],
])('metadata is refused when it is or holds %s', (_, value) => {
  expect(Metadata.safeParse(value).success).toBe(false);
});
