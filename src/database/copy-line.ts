/** The characters that end a value or start an escape in the text format of COPY. */
const special = /[\\\t\n\r]/;
const specials = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A text or null as a value in a line of COPY. */
export function copyText(text: string | null): string {
  if (text === null) return copyNull;
  return special.test(text) ? text.replace(specials, (found) => escapes[found] ?? found) : text;
}

/** Bytes as a value in a line of COPY. */
export function copyBytes(bytes: Buffer): string {
  return `\\\\x${bytes.toString('hex')}`;
}

/** Null in a line of COPY. */
export const copyNull = '\\N';
