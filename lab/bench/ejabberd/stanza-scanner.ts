import { isAt } from '../generator/is-at.js';

/** Called for each complete stanza, with its range in the bytes. */
export type OnStanza = (bytes: Buffer, from: number, to: number) => void;

const none = Buffer.alloc(0);
const streamTag = Buffer.from('<stream:stream ');
const declaration = Buffer.from('<?');
const [lessThan, greaterThan, slash] = [0x3c, 0x3e, 0x2f];

/**
 * Finds the stanzas of an XMPP stream by counting tags: ejabberd escapes every other `<` and `>`. It skips the stream header, which
 * comes again after a login, and white space between stanzas. It copies only a stanza that spans two reads.
 */
export class StanzaScanner {
  private rest: Buffer = none;

  constructor(private readonly onStanza: OnStanza) {}

  /** Scans the next bytes, which may be overwritten afterwards. Throws if the server ends the stream. */
  scan(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const end = this.scanWhole(bytes);
    this.rest = end === bytes.length ? none : Buffer.from(bytes.subarray(end));
  }

  /** Returns the start of the first incomplete stanza. */
  private scanWhole(bytes: Buffer): number {
    let [from, whole, depth] = [0, 0, 0];
    for (let open = bytes.indexOf(lessThan); open !== -1;) {
      const close = bytes.indexOf(greaterThan, open);
      if (close === -1) return whole;
      if (depth === 0) from = open;
      const isHeader = depth === 0 && (isAt(bytes, open, declaration) || isAt(bytes, open, streamTag));
      if (!isHeader) depth += stepOf(bytes, open, close);
      if (depth < 0) throw new Error('the server ended a stream');
      if (depth === 0) whole = close + 1;
      if (depth === 0 && !isHeader) this.onStanza(bytes, from, whole);
      open = bytes.indexOf(lessThan, close);
    }
    return depth === 0 ? bytes.length : whole;
  }
}

/** 1 for a tag that opens an element, -1 for one that closes it, 0 for an empty element. */
function stepOf(bytes: Buffer, open: number, close: number): number {
  if (bytes[open + 1] === slash) return -1;
  return bytes[close - 1] === slash ? 0 : 1;
}
