import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeLine, parseChat } from './parse-chat.js';
import { parseLinks } from './parse-links.js';
import { planReplay } from './plan-replay.js';

const parse = (text: string) => parseChat(Buffer.from(text));

describe('parseChat', () => {
  test('reads messages with their blanks and brackets unchanged', () => {
    expect(parse('[09:19] <ada> hello,  <world> \n[09:20] <|QuaD-|>  indented\n')).toEqual([
      { kind: 'message', line: 0, nick: 'ada', text: 'hello,  <world> ', isAction: false },
      { kind: 'message', line: 1, nick: '|QuaD-|', text: ' indented', isAction: false },
    ]);
  });

  test('reads actions of both notations', () => {
    expect(parse('[10:00]  * ada waves\n=== bob[away] goes for a walk [soon]\n')).toEqual([
      { kind: 'message', line: 0, nick: 'ada', text: 'waves', isAction: true },
      { kind: 'message', line: 1, nick: 'bob[away]', text: 'goes for a walk [soon]', isAction: true },
    ]);
  });

  test('reads joins, leaves, quits and renames', () => {
    const log = [
      '=== ada [~ada@host.example]  has joined #room',
      '=== ada [~ada@host.example]  has left #room ["bye"]',
      '=== Bob^ [n=bob@10.0.0.1] has quit [Read error]',
      '=== [D-Tail]  [i=d@x.example]  has joined #room',
      '=== ada|away is now known as [the] ada',
    ];
    expect(parse(log.join('\n'))).toEqual([
      { kind: 'joined', line: 0, nick: 'ada' },
      { kind: 'left', line: 1, nick: 'ada' },
      { kind: 'quit', line: 2, nick: 'Bob^' },
      { kind: 'joined', line: 3, nick: '[D-Tail]' },
      { kind: 'renamed', line: 4, nick: 'ada|away', newNick: '[the] ada' },
    ]);
  });

  test('counts ignored lines, so that line numbers stay right', () => {
    const log =
      '=== mode/#room [+o ada]  by op\n\n[09:00] <ada>\n[09:00] <ada> \nrubbish\n=== ..[topic/#room:ada] : hello\n[09:01] <[x] > y';
    const lines = parse(log);
    expect(lines.map(({ kind }) => kind)).toEqual(['other', 'empty', 'empty', 'empty', 'other', 'other', 'message']);
    expect(lines[6]).toEqual({ kind: 'message', line: 6, nick: '[x]', text: 'y', isAction: false });
  });

  test('decodes a line as UTF-8 if it is valid, otherwise as windows-1252, and drops NUL and a final CR', () => {
    expect(decodeLine(Buffer.from('Grüße \u{1f44b}'))).toBe('Grüße \u{1f44b}');
    expect(decodeLine(Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x80]))).toBe('Grüße €');
    expect(decodeLine(Buffer.from('a\0b\r'))).toBe('ab');
    expect(decodeLine(Buffer.from('\ufeffx'))).toBe('\ufeffx');
    const [latin, utf8] = parseChat(Buffer.concat([Buffer.from('[09:00] <a> é\n', 'latin1'), Buffer.from('[09:00] <a> é\n')]));
    expect(latin).toEqual({ ...utf8, line: 0 });
  });
});

describe('parseLinks', () => {
  test('links a reply to the nearest of its earlier messages, and ignores other links', () => {
    const lines = parse('[09:00] <a> 0\n[09:00] <b> 1\n=== a [a@h]  has left #r\n[09:00] <c> 3\n[09:00] <c> 4\n');
    const links = parseLinks('0 3 -\n1 3 -\n2 3 -\n4 4 -\n4 3 -\n2 4 -\n3 99 -\n', lines);
    expect([...links]).toEqual([[3, 1]]);
  });
});

const dataPath = process.env['PARLEY_CHAT_DATA'] ?? resolve('../shared/data/irc');
const samplePath = resolve('lab/replay');
const folder = existsSync(dataPath) ? dataPath : samplePath;
const files = readdirSync(folder).filter((name) => name.endsWith('.raw.txt'));

describe.each(files)('%s', (name) => {
  const raw = readFileSync(join(folder, name), 'latin1');
  const lines = parseChat(readFileSync(join(folder, name)));
  const count = (kind: string) => lines.filter((line) => line.kind === kind).length;
  const occurrences = (pattern: RegExp) => raw.match(pattern)?.length ?? 0;

  test('the kinds of lines agree with a count by regular expressions', () => {
    expect(lines).toHaveLength(occurrences(/\n/g));
    expect(lines.filter((line) => line.kind === 'message' && !line.isAction)).toHaveLength(occurrences(/^\[..:..\] <[^>\n]+> [^\n]+$/gm));
    expect(count('joined')).toBe(occurrences(/^=== .*\] +has joined /gm));
    expect(count('left')).toBe(occurrences(/^=== .*\] +has left /gm));
    expect(count('quit')).toBe(occurrences(/^=== .*\] +has quit /gm));
    expect(count('renamed')).toBe(occurrences(/ is now known as /g) - occurrences(/^\[.* is now known as /gm));
    expect(count('empty')).toBe(occurrences(/^\[..:..\] (?:<[^>\n]+>| \* \S+) ?$/gm));
    expect(count('other')).toBe(occurrences(/^=== (?:mode\/|\.\.\[topic)|^\[..:..\] <[^>\n]+>[^ \n]/gm));
  });

  test('the plan sends each message once and in order, from a person who is present, and replies only to earlier messages', () => {
    const annotation = readFileSync(join(folder, name.replace('.raw.', '.annotation.')), 'utf8');
    const { steps } = planReplay(lines, parseLinks(annotation, lines));
    const present = new Set<number>();
    const sentLines: number[] = [];
    for (const step of steps) {
      if (step.kind === 'join') present.add(step.person);
      else if (step.kind === 'leave') expect(present.delete(step.person)).toBe(true);
      else expect(present.has(step.person)).toBe(true);
      if (step.kind !== 'send') continue;
      if (step.replyToLine !== null) expect(sentLines).toContain(step.replyToLine);
      sentLines.push(step.line);
    }
    expect(sentLines).toEqual(lines.filter(({ kind }) => kind === 'message').map(({ line }) => line));
  });
});
