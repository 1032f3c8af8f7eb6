/** Accents and reading signs of Latin, Greek, Cyrillic, Hebrew and Arabic. Other scripts need their marks: they are vowels there. */
const accents =
  '\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\ufe20-\\ufe2f';
/** Accents of letters only: without its stroke, `≠` would be `=`. */
const accentsOfLetters = new RegExp(`(?<=[\\p{L}\\p{M}])[${accents}]+`, 'gu');
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;
const whitespace = /\s+/g;
// oxlint-disable-next-line no-control-regex
const ascii = /^[\0-\x7f]*$/;
/** Letters and punctuation that Unicode does not decompose, although people type them without their stroke or curl. */
const plain: Readonly<Record<string, string>> = {
  ς: 'σ',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ħ: 'h',
  ŧ: 't',
  '‘': "'",
  '’': "'",
  ʼ: "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '‐': '-',
  '–': '-',
  '—': '-',
};
const special = new RegExp(`[${Object.keys(plain).join('')}]`, 'g');

/**
 * The form in which texts are compared and searched; two texts that a reader takes for the same have the same form. It ignores case
 * (all forms of sigma are one), accents, composed and decomposed spelling, width, invisible characters and the kind and number of
 * spaces. It keeps vowel signs, dakuten and Hangul syllables. What is stored and shown is always the original.
 */
export function foldText(text: string): string {
  // Most texts are ASCII, and a quarter of the work is enough for them.
  if (ascii.test(text)) return text.toLowerCase().replace(whitespace, ' ').trim();
  return (
    text
      .normalize('NFKD')
      .replace(ignorable, '')
      // Upper case first: it unites letters with one upper case, such as `ſ` and `s`.
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKD')
      .replace(accentsOfLetters, '')
      .replace(special, (found) => plain[found] ?? found)
      .normalize('NFKC')
      .replace(whitespace, ' ')
      .trim()
  );
}
