import { parseChat } from './parse-chat.js';
import { planReplay } from './plan-replay.js';

const plan = (...lines: string[]) => planReplay(parseChat(Buffer.from(lines.join('\n'))));
const brief = (...lines: string[]) => plan(...lines).steps.map(({ kind, person }) => `${person} ${kind}`);

describe('planReplay', () => {
  test('a person who speaks without a join joins first, and once', () => {
    expect(brief('[09:00] <a> 1', '[09:00] <a> 2')).toEqual(['0 join', '0 send', '0 send']);
  });

  test('a person who left and joins again is the same person', () => {
    expect(brief('[09:00] <a> 1', '=== a [a@h]  has left #r', '=== a [a@h]  has joined #r')).toEqual([
      '0 join',
      '0 send',
      '0 leave',
      '0 join',
    ]);
  });

  test('a second join without a leave is a reconnection', () => {
    expect(brief('=== a [a@h]  has joined #r', '=== a [a@h]  has joined #r')).toEqual(['0 join', '0 reconnect']);
  });

  test('a renamed person stays the same person, and another person may take the old name', () => {
    const renamed = plan('[09:00] <a> 1', '=== a is now known as b', '[09:01] <b> 2', '[09:02] <a> 3');
    expect(renamed.steps.map(({ kind, person }) => `${person} ${kind}`)).toEqual([
      '0 join',
      '0 send',
      '0 rename',
      '0 send',
      '1 join',
      '1 send',
    ]);
    expect(renamed.people).toEqual([
      { firstName: 'a', lastName: 'b' },
      { firstName: 'a', lastName: 'a' },
    ]);
  });

  test('a leave of an unknown person is ignored', () => {
    expect(plan('=== a [a@h]  has left #r')).toEqual({ steps: [], people: [], ignoredLines: 1 });
  });

  test('a name is cut to the limit of display names, between whole characters', () => {
    const [person] = plan(`[09:00] <${'x'.repeat(79)}\u{1f44b}> hi`).people;
    expect(person?.firstName).toHaveLength(80);
    expect(person?.firstName.isWellFormed()).toBe(true);
  });
});
