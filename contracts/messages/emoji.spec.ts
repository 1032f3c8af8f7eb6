import { Emoji } from './schemas.js';

test.each([
  ['👍', '👍'],
  ['👍\ufe0f', '👍'],
  ['👍\ufe0e', '👍'],
  ['❤', '❤\ufe0f'],
  ['❤\ufe0f', '❤\ufe0f'],
  ['❤\ufe0f\ufe0f', '❤\ufe0f'],
  ['☝🏽', '☝🏽'],
  ['☝\ufe0f🏽', '☝🏽'],
  ['⛹🏻\u200d♂', '⛹🏻\u200d♂\ufe0f'],
  ['1\u20e3', '1\ufe0f\u20e3'],
  ['#\ufe0f\u20e3', '#\ufe0f\u20e3'],
  ['👩\u200d❤\u200d👨', '👩\u200d❤\ufe0f\u200d👨'],
  ['👁\u200d🗨', '👁\ufe0f\u200d🗨\ufe0f'],
  ['🏴\u200d☠', '🏴\u200d☠\ufe0f'],
  ['👩‍👩‍👧', '👩‍👩‍👧'],
  ['🇬🇷', '🇬🇷'],
  ['🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ['©', '©\ufe0f'],
])('%j is the reaction %j', (sent, reaction) => {
  expect(Emoji.parse(sent)).toBe(reaction);
});

test.each(['', 'lol', 'a', '1', '#', '+1', ':thumbsup:', '👍👍', '👍 ', 'x👍', '\u200d', '\ufe0f', '🏽👍', '👩‍🍕', '🇬', '🇽🇽', '→'])(
  '%j is no reaction',
  (sent) => {
    expect(Emoji.safeParse(sent).success).toBe(false);
  },
);

test('every emoji has one spelling, with and without its presentation selectors', () => {
  const rgi = new RegExp('^\\p{RGI_Emoji}$', 'v');
  const differing: string[] = [];
  let count = 0;
  for (let code = 0x23; code < 0x2_0000; code += 1) {
    const symbol = String.fromCodePoint(code);
    for (const emoji of [symbol, `${symbol}\ufe0f`, `${symbol}🏿`, `${symbol}\u200d♀\ufe0f`, `${symbol}🏿\u200d♀\ufe0f`]) {
      if (!rgi.test(emoji)) continue;
      count += 1;
      for (const spelling of [emoji, emoji.replaceAll('\ufe0f', ''), `${emoji}\ufe0f`])
        if (Emoji.safeParse(spelling).data !== emoji) differing.push(emoji);
    }
  }
  expect(count).toBeGreaterThan(1500);
  expect(differing).toEqual([]);
});
