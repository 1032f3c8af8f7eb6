/*
 * Values that are known to break servers, each as the text that is sent: JSON for bodies and commands, percent-encoded text for paths and
 * queries.
 */

function deep(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

/** Around the limits of 16, 32 and 64 bit integers and of floats, and numbers that no float can hold. */
export const hostileNumbers: readonly string[] = [
  ...['0', '-0', '1', '-1', '1.5', '-1.5', '0.1e1', '1e0', '65535', '65536'],
  ...['2147483646', '2147483647', '2147483648', '-2147483648', '-2147483649', '4294967295', '4294967296'],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '9223372036854775807', '9223372036854775808'],
  ...['653247040368672769', '18446744073709551616', '0.1234567890123456789', '1e21', '1e308', '-1e308', '1e309', '1e-400', '5e-324'],
];

/** Texts without the quotes of JSON, as JavaScript holds them. */
export const hostileTexts: readonly string[] = [
  ...['', ' ', '\t', '\n', '\r\n', '\0', 'a\0b', '\u0001', '\u001f', '\u007f', '\u0085', '\ufeff', '\ufffe', '\uffff', '\u200b', '\u202e'],
  ...[
    '\ud800',
    '\udfff',
    'a\udc00',
    '\ud800\ud800',
    '\udbff\udfff',
    'é',
    'e\u0301',
    'ß',
    'İ',
    'ǅ',
    'ﬃ',
    '漢字',
    'שלום',
    '각',
    '\u1100\u1161',
  ],
  ...[
    '👍',
    '👍🏽',
    '❤',
    '❤️',
    '👩‍👩‍👧‍👦',
    '🏳️‍🌈',
    '🇩🇪',
    '🇩',
    '1️⃣',
    '#',
    '💩'.repeat(16),
    'a b',
    '.',
    '..',
    '/',
    '\\',
    '%',
    '_',
    '%_%',
    '\\%',
    "'",
    '"',
    '`',
  ],
  ...[
    "'; DROP TABLE users; --",
    '$1',
    '${7*7}',
    '{{7*7}}',
    '<script>alert(1)</script>',
    '../../etc/passwd',
    'C:\\con',
    '\u0600'.repeat(40),
  ],
  ...[
    'null',
    'undefined',
    'NaN',
    'Infinity',
    '-Infinity',
    'true',
    'false',
    '[]',
    '{}',
    '[object Object]',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    '0',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '٣',
    '2147483648',
    '9007199254740993',
    'me',
    'lobby',
    'x'.repeat(65),
    'x'.repeat(256),
    'x'.repeat(257),
  ],
  ...['x'.repeat(4096), 'x'.repeat(8192), 'x'.repeat(8193), 'é'.repeat(4097), '漢'.repeat(2731)],
];

/** Texts that are as long as a request may be. */
export const hugeTexts: readonly string[] = ['x'.repeat(65_536), 'x'.repeat(65_537), '漢'.repeat(21_846), '\u0001'.repeat(10_000)];

/** JSON of other types than a field expects, and JSON that tries to change what objects are. */
export const hostileJson: readonly string[] = [
  ...[
    'null',
    'true',
    'false',
    '[]',
    '{}',
    '[[]]',
    '[null]',
    '[{}]',
    '[0]',
    '[""]',
    '{"a":1}',
    '{"":""}',
    '{"length":-1}',
    '{"toString":1}',
  ],
  ...[
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"prototype":1}',
    '{"\\u0000":1}',
    '{"\\ud800":1}',
    '{"toJSON":null}',
  ],
  ...[
    '{"a":1,"a":2}',
    '{"then":1}',
    '{"type":"Buffer","data":[1]}',
    '{"_placeholder":true,"num":0}',
    '{"$gt":""}',
    '{"a":{"__proto__":null}}',
  ],
  ...[deep(7), deep(8), deep(9), deep(100), deep(5000), `[${'0,'.repeat(2000)}0]`, `{"a":${deep(8)}}`, `{"k":${'[1e400]'}}`],
];

export const hostileTimes: readonly string[] = [
  ...['0000-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00+14:00', '1969-12-31T23:59:59.999Z'],
  ...['1970-01-01T00:00:00Z', '2026-02-29T00:00:00Z', '2024-02-29T00:00:00Z', '2026-03-15T13:37:25Z', '2026-03-15T13:37:25.1Z'],
  ...['2026-03-15T13:37:25.123456789Z', '2026-03-15T13:37:25+02:00', '2026-03-15T13:37:25-23:59', '2026-03-15T13:37Z', '2026-03-15'],
  ...['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:60Z', '9999-12-31T23:59:59.999-14:00', '10000-01-01T00:00:00Z', '2026-13-01T00:00:00Z'],
  ...['+275760-09-13T00:00:00.000Z', '+275760-09-13T00:00:00.001Z', '-271821-04-20T00:00:00.000Z', 'infinity', '-infinity', 'now', 'epoch'],
  ...['2026-03-15t13:37:25z', '2026-03-15 13:37:25Z', '1773581845193', '2026-03-15T24:00:00Z', '2026-03-15T13:37:25.193Z\0'],
];

/** UUIDs that name nothing, and texts that only look like one. */
export const hostileIds: readonly string[] = [
  ...['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '11111111-1111-4111-8111-111111111111'],
  ...['019CF1A3-0E52-7D18-9C4F-7B20E6A1D583', '{019cf1a3-0e52-7d18-9c4f-7b20e6a1d583}', '019cf1a30e527d189c4f7b20e6a1d583'],
  ...['019cf1a3-0e52-7d18-9c4f-7b20e6a1d58', '019cf1a3-0e52-7d18-9c4f-7b20e6a1d583 ', 'urn:uuid:019cf1a3-0e52-7d18-9c4f-7b20e6a1d583'],
  ...['019cf1a3-0e52-0d18-9c4f-7b20e6a1d583', '019cf1a3-0e52-7d18-1c4f-7b20e6a1d583', '019cf1a3-0e52-7d18-9c4f-7b20e6a1d583\0'],
];

/** Positions that no list has made, as cursors. */
export const forgedCursors: readonly string[] = [
  ...['[]', '{}', 'null', '0', '-1', '2147483647', '2147483648', '9007199254740993', '1e400', '"x"', '"\\u0000"', '"\\ud800"', '""', '"%"'],
  ...['["0000-01-01T00:00:00.000Z",1]', '["9999-12-31T23:59:59.999Z",2147483648]', '["2026-03-15T13:37:25.193Z",2147483647]'],
  ...['[8640000000000000,"019cf1a3-0e52-7d18-9c4f-7b20e6a1d583"]', '[253402300799999,"019cf1a3-0e52-7d18-9c4f-7b20e6a1d583"]'],
  ...[
    '[0,"00000000-0000-0000-0000-000000000000"]',
    '[-1,"ffffffff-ffff-ffff-ffff-ffffffffffff"]',
    '[1.5,"x"]',
    '["x","x","x"]',
    '[null,null]',
  ],
  ...['["2026-03-15T13:37:25.193Z","019cf1a3-0e52-7d18-9c4f-7b20e6a1d583",2147483648]', '["0000-01-01T00:00:00.000Z","x",1]'],
  ...['["2026-03-15T13:37:25.193Z","019cf1a3-0e52-7d18-9c4f-7b20e6a1d583"]', '["9999-12-31T23:59:59.999Z","a\\u0000"]', deep(3000)],
].map((position) => Buffer.from(position).toString('base64url'));

/** Parts of a path or query that are sent as they are. */
export const hostileEscapes: readonly string[] = [
  '%00',
  '%ff',
  '%c0%80',
  '%ed%a0%80',
  '%zz',
  '%',
  '%2f',
  '%2e%2e',
  '+',
  '%20',
  '%25',
  ';',
  '%F0%9F%91%8D',
  'a%00b',
];
