/** One line of a channel log. `line` counts from 0 over all lines of the file, so that annotations can name it. */
export type ChatLine =
  | { readonly kind: 'message'; readonly line: number; readonly nick: string; readonly text: string; readonly isAction: boolean }
  | { readonly kind: 'joined' | 'left' | 'quit'; readonly line: number; readonly nick: string }
  | { readonly kind: 'renamed'; readonly line: number; readonly nick: string; readonly newNick: string }
  | { readonly kind: 'empty' | 'other'; readonly line: number };

const spoken = /^\[\d\d:\d\d\] <([^>]+)>(?: (.*))?$/s;
const acted = /^\[\d\d:\d\d\] {2}\* (\S+)(?: (.*))?$/s;
const moved = /^=== (.+?) +\[.*@\S*\] +has (joined|left|quit)\b/;
const renamed = /^=== (.+?) +is now known as (.+)$/;
const actedUntimed = /^=== ([A-Za-z[\]\\`_^{|}][\w[\]\\`^{|}-]*) +(.+)$/s;

/**
 * Reads a raw channel log. Never throws, whatever the bytes.
 *
 * A line without text (only `<nick>`) is `empty`, because a message needs text. Logs before 2007 wrote an action as
 * `=== nick does something` without a host. Modes and topics, whose first word is not a nick, are `other`.
 */
export function parseChat(bytes: Uint8Array): ChatLine[] {
  return splitLines(bytes).map((line, index) => parseLine(decodeLine(line), index));
}

/** Decodes a line as UTF-8 if all of it is valid, otherwise as windows-1252 (a superset of Latin-1's printable characters). Drops NUL and a final CR. */
export function decodeLine(bytes: Uint8Array): string {
  return decodeBytes(bytes).replaceAll('\0', '').replace(/\r$/, '');
}

function parseLine(text: string, line: number): ChatLine {
  const said = spoken.exec(text);
  if (said) return message(line, said[1], said[2], false);
  const act = acted.exec(text);
  if (act) return message(line, act[1], act[2], true);
  return text.startsWith('=== ') ? parseSystemLine(text, line) : { kind: text.trim() === '' ? 'empty' : 'other', line };
}

function parseSystemLine(text: string, line: number): ChatLine {
  const move = moved.exec(text);
  if (move) return { kind: move[2] === 'joined' ? 'joined' : move[2] === 'left' ? 'left' : 'quit', line, nick: nickOf(move[1]) };
  const rename = renamed.exec(text);
  if (rename) return { kind: 'renamed', line, nick: nickOf(rename[1]), newNick: nickOf(rename[2]) };
  const act = actedUntimed.exec(text);
  return act ? message(line, act[1], act[2], true) : { kind: 'other', line };
}

function message(line: number, nick: string | undefined, text: string | undefined, isAction: boolean): ChatLine {
  return text === undefined || text === '' ? { kind: 'empty', line } : { kind: 'message', line, nick: nickOf(nick), text, isAction };
}

/** The nick without the trailing blank that some old clients logged. */
function nickOf(raw: string | undefined): string {
  return raw?.trim() || '?';
}

function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  if (start < bytes.length) lines.push(bytes.subarray(start));
  return lines;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The characters of windows-1252 at 0x80 to 0x9f; its five unassigned bytes are kept. (Some releases of Node decode `windows-1252` as Latin-1.) */
const windows1252Part =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

function decodeBytes(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    const latin1 = Buffer.from(bytes).toString('latin1');
    return latin1.replace(/[\u0080-\u009f]/g, (character) => windows1252Part[character.charCodeAt(0) - 0x80] ?? character);
  }
}
