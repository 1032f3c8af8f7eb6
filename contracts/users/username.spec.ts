import { Username } from './schemas.js';

test.each([
  ['Ada', 'ada'],
  ['ada.lovelace-1_x', 'ada.lovelace-1_x'],
  ['ＡＤＡ', 'ada'],
  ['Zoe\u0308', 'zoë'],
  ['Ольга', 'ольга'],
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
  ['山田太郎', '山田太郎'],
  ['ユーザー', 'ユーザー'],
  ['ﾕｰｻﾞｰ', 'ユーザー'],
  ['사용자1', '사용자1'],
  ['사용자1'.normalize('NFD'), '사용자1'],
  ['مستخدم', 'مستخدم'],
  ['उपयोगकर्ता', 'उपयोगकर्ता'],
  ['ผู้ใช้', 'ผู้ใช้'],
])('%j is the user name %j', (sent, name) => {
  expect(Username.parse(sent)).toBe(name);
});

test.each([
  ['too few characters', 'ad'],
  ['too many characters', 'a'.repeat(33)],
  ['a space', 'ada lovelace'],
  ['a slash', 'ada/x'],
  ['punctuation only', '...'],
  ['an emoji', 'ada😀'],
  ['a zero width space', 'ada\u200b'],
  ['a zero width joiner', 'ada\u200dx'],
  ['a direction override', 'ada\u202ex'],
  ['a Hangul filler', '\u3164\u3164\u3164'],
  ['a Hangul initial filler', 'ab\u115f'],
  ['a Cyrillic letter among Latin ones', 'p\u0430ypal'],
  ['Latin and Greek', 'alphα'],
  ['Hebrew and Latin', 'adaשלום'],
  ['Hebrew after a digit', '1שלום'],
  ['Arabic before a dash', 'مستخدم-'],
  ['two kinds of digits', 'مستخدم1١'],
  ['a ligature', 'ﬁnd'],
  ['a Roman numeral', 'adaⅣ'],
  ['a mark in the first place', '\u0301ada'],
  ['a NUL', 'ada\0'],
  ['a lone surrogate', 'ada\ud800'],
])('a user name with %s is refused', (_, sent) => {
  expect(Username.safeParse(sent).success).toBe(false);
});
