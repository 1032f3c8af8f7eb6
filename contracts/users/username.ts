/** The scripts in everyday use (UAX #31, table 5). A name is written in one of them, or in scripts that are written together. */
const scripts = [
  ...'Arabic Armenian Bengali Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Hebrew Kannada Khmer Lao Latin Malayalam'.split(
    ' ',
  ),
  ...'Myanmar Oriya Sinhala Tamil Telugu Thaana Thai Tibetan'.split(' '),
  'Han Hiragana Katakana',
  'Han Hangul',
  'Han Bopomofo',
];
const oneScript = scripts.map((names) => {
  const letters = names.split(' ').map((name) => `\\p{Script_Extensions=${name}}`);
  return new RegExp(`^[${letters.join('')}\\p{Script=Inherited}0-9._-]+$`, 'u');
});
const wideOrNarrow = /[\uff01-\uffee]+/g;
const allowed = /^[\p{L}\p{M}\p{Nd}._-]+$/u;
const letterOrDigit = /[\p{L}\p{Nd}]/u;
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thaana}]/u;
/** The Bidi Rule (RFC 5893) for names of this profile: it keeps the order of their characters the same in every context. */
const keepsOrder = /^\p{L}(?!.*[0-9].*[\u0660-\u0669\u06f0-\u06f9])(?!.*[\u0660-\u0669\u06f0-\u06f9].*[0-9]).*[\p{L}\p{M}\p{Nd}]$/u;
const invisible = /\p{Default_Ignorable_Code_Point}/u;

/** The limits of a user name, in characters (code points). */
export const usernameLength = { min: 3, max: 32 } as const;

/** The mappings of the profile UsernameCaseMapped (RFC 8265): ordinary width, lower case, composed (NFC). */
export function mapUsername(name: string): string {
  return name
    .replace(wideOrNarrow, (found) => found.normalize('NFKC'))
    .toLowerCase()
    .normalize('NFC');
}

/**
 * What is wrong with a mapped user name; undefined if nothing is. Stricter than the profile: letters, digits and `_ . -` only, of one
 * script, so that `pаypal` with a Cyrillic letter is refused.
 */
export function usernameProblem(name: string): string | undefined {
  const { length } = Array.from(name);
  if (length < usernameLength.min || length > usernameLength.max)
    return `must be ${usernameLength.min} to ${usernameLength.max} characters`;
  if (!allowed.test(name) || invisible.test(name)) return 'must consist of letters, digits and _ . -';
  if (!letterOrDigit.test(name) || /^\p{M}/u.test(name)) return 'must contain a letter or digit';
  if (name.normalize('NFKC') !== name) return 'must not contain compatibility characters such as ligatures';
  if (!oneScript.some((script) => script.test(name))) return 'must be written in one script';
  if (rightToLeft.test(name) && !keepsOrder.test(name))
    return 'must begin with a letter, end with a letter or digit and use one kind of digits';
  return undefined;
}
