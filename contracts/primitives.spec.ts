import { limits } from './limits.js';
import { ConversationId, Metadata, TimestampInput } from './primitives.js';

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

test('the limit of metadata counts bytes of UTF-8', () => {
  const fits = { k: 'é'.repeat((limits.metadataBytesMax - 8) / 2) };
  expect(Metadata.safeParse(fits).success).toBe(true);
  expect(Metadata.safeParse({ k: `${fits.k}é` }).success).toBe(false);
});

test.each([
  ['2026-03-15T13:37:25Z', '2026-03-15T13:37:25.000Z'],
  ['2026-03-15T13:37:25.1239Z', '2026-03-15T13:37:25.123Z'],
  ['2026-03-15T13:37:25.5+02:00', '2026-03-15T11:37:25.500Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
])('the time %s is read as %s', (text, expected) => {
  expect(TimestampInput.parse(text)).toBe(expected);
});

test.each([
  '0000-12-31T23:59:59Z',
  '0001-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59-00:01',
  '2026-02-29T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  'x',
  '',
])('the time %j is refused', (text) => {
  expect(TimestampInput.safeParse(text).success).toBe(false);
});

test('an id in upper case is the same id', () => {
  expect(ConversationId.parse('019CF1A3-0E52-7D18-9C4F-7B20E6A1D583')).toBe('019cf1a3-0e52-7d18-9c4f-7b20e6a1d583');
});
