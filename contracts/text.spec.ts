import { Title } from './conversations/schemas.js';
import { MessageText } from './messages/schemas.js';
import { DisplayName } from './users/schemas.js';

const blank = [
  '',
  ' ',
  '\u00a0',
  '\n\t',
  '\u200b',
  '\u200d\ufe0f',
  '\u3164',
  '\uffa0',
  '\u115f\u1160',
  '\u2800',
  '\u3000',
  '\u0007',
  '\u202e',
  '\u{e0041}',
  ' \u2060\u00ad ',
];
const visible = ['a', '.', '👍', '❤\ufe0f', 'مرحبا', 'کتاب\u200cها', 'हि', '한', '\u00a0x', '\u200fשלום'];

test.each(blank)('a name, a title or a text of %j alone is refused', (text) => {
  for (const schema of [DisplayName, Title, MessageText]) expect(schema.safeParse(text).success).toBe(false);
});

test.each(visible)('%j is a name, a title and a text, and is kept as it is', (text) => {
  for (const schema of [DisplayName, Title, MessageText]) expect(schema.parse(text)).toBe(text);
});

test.each(['a\nb', 'a\u0000', 'a\u0085b', 'a\u2028b', 'a\u202eb', 'a\u2066b', '\u001b[31mred'])(
  'a name or title with the control or direction override in %j is refused',
  (text) => {
    for (const schema of [DisplayName, Title]) expect(schema.safeParse(text).success).toBe(false);
  },
);

test('a text may hold line breaks and direction overrides', () => {
  expect(MessageText.parse('one\n\t\u202etwo')).toBe('one\n\t\u202etwo');
});
