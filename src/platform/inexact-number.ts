/** Fewer digits always survive, unless the exponent is out of the range of a float. */
const runLengthMin = 16;
/** An exponent that is so low that the number may become 0. One that is too high becomes infinite, which no schema takes. */
const lowExponent = /[eE]-\d{3}/;

/**
 * The dotted path of the first number that would come back with another value than it was sent with, because a 64-bit float cannot hold it;
 * undefined if there is none. `json` must be valid JSON.
 */
export function findInexactNumber(json: string): string | undefined {
  return hasLongRun(json) || lowExponent.test(json) ? new NumberScan(json).findInexact() : undefined;
}

/**
 * Whether there is a run of at least 16 digits and points, in a number or in a text. A look at every 16th character finds all runs, and
 * costs little beside parsing: every request is tested.
 */
function hasLongRun(json: string): boolean {
  for (let at = runLengthMin - 1; at < json.length; at += runLengthMin) {
    if (!isOfRun(json.charCodeAt(at))) continue;
    let start = at;
    let end = at + 1;
    while (isOfRun(json.charCodeAt(start - 1))) start -= 1;
    while (isOfRun(json.charCodeAt(end))) end += 1;
    if (end - start >= runLengthMin) return true;
  }
  return false;
}

function isOfRun(char: number): boolean {
  return isDigit(char) || char === 0x2e;
}

/** The place of the scan in one list or object: the index of the item, or where the key stands in the JSON. */
interface Level {
  readonly isList: boolean;
  index: number;
  keyStart: number;
  keyEnd: number;
}

/** One pass over the characters, without a copy of anything but long numbers. */
class NumberScan {
  private readonly levels: Level[] = [];
  private at = 0;

  constructor(private readonly json: string) {}

  findInexact(): string | undefined {
    const { json } = this;
    while (this.at < json.length) {
      const char = json.charCodeAt(this.at);
      if (char === code.quote) this.passText();
      else if (char === code.minus || isDigit(char)) {
        if (!this.passNumber()) return this.path();
      } else {
        this.passMark(char);
        this.at += 1;
      }
    }
    return undefined;
  }

  private passMark(char: number): void {
    const level = this.levels.at(-1);
    if (char === code.brace || char === code.bracket)
      this.levels.push({ isList: char === code.bracket, index: 0, keyStart: -1, keyEnd: -1 });
    else if (char === code.braceEnd || char === code.bracketEnd) this.levels.pop();
    else if (char === code.comma && level !== undefined) {
      level.index += 1;
      level.keyStart = -1;
    }
  }

  /** The first text of a field is its key. */
  private passText(): void {
    const start = this.at;
    let end = start + 1;
    for (let char = 0; (char = this.json.charCodeAt(end)) !== code.quote && end < this.json.length;) end += char === code.backslash ? 2 : 1;
    this.at = end + 1;
    const level = this.levels.at(-1);
    if (level === undefined || level.isList || level.keyStart >= 0) return;
    level.keyStart = start;
    level.keyEnd = this.at;
  }

  /** Returns whether the number is exact. */
  private passNumber(): boolean {
    const start = this.at;
    let hasExponent = false;
    for (let char = 0; isOfNumber((char = this.json.charCodeAt(this.at))); this.at += 1) hasExponent ||= isExponent(char);
    return (this.at - start < runLengthMin && !hasExponent) || isExact(this.json.slice(start, this.at));
  }

  private path(): string {
    return this.levels
      .map(({ isList, index, keyStart, keyEnd }) => (isList ? String(index) : String(JSON.parse(this.json.slice(keyStart, keyEnd)))))
      .join('.');
  }
}

const code = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  bracket: 0x5b,
  backslash: 0x5c,
  bracketEnd: 0x5d,
  brace: 0x7b,
  braceEnd: 0x7d,
} as const;

function isDigit(char: number): boolean {
  return char >= 0x30 && char <= 0x39;
}

function isExponent(char: number): boolean {
  return char === 0x65 || char === 0x45;
}

/** A digit, `+`, `-`, `.`, `e` or `E`. */
function isOfNumber(char: number): boolean {
  return isDigit(char) || char === code.minus || char === 0x2b || char === 0x2e || isExponent(char);
}

/** Whether the number has the value that it has as a 64-bit float. */
function isExact(literal: string): boolean {
  const value = Number(literal);
  return Number.isFinite(value) && normalForm(literal) === normalForm(String(value));
}

/** The same text for the same value: `1.50e3` and `1500` are both `15e2`. Without the sign. */
function normalForm(literal: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (start < end && digits.charCodeAt(start) === 0x30) start += 1;
  while (end > start && digits.charCodeAt(end - 1) === 0x30) end -= 1;
  if (start === end) return '0';
  return `${digits.slice(start, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
