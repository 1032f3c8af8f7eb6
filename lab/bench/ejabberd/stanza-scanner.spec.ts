import fc from 'fast-check';
import { StanzaScanner } from './stanza-scanner.js';

const header = "<?xml version='1.0'?><stream:stream id='1' version='1.0' xml:lang='en' xmlns:stream='http://etherx.jabber.org/streams'>";
const stanzas = [
  '<stream:features><mechanisms><mechanism>PLAIN</mechanism></mechanisms></stream:features>',
  "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
  "<message from='a@b/c' id='a-0-1'><archived by='b'/><message><body>one &lt; two</body></message></message>",
  "<a xmlns='urn:xmpp:sm:3' h='12'/>",
  '<presence></presence>',
];

function scan(wire: Buffer, cuts: readonly number[]): string[] {
  const found: string[] = [];
  const scanner = new StanzaScanner((bytes, from, to) => found.push(bytes.toString('utf8', from, to)));
  // One buffer for all reads, as in the connection.
  const read = Buffer.alloc(1000);
  for (let [at, turn] = [0, 0]; at < wire.length; turn += 1) {
    const length = wire.copy(read, 0, at, at + (cuts[turn % cuts.length] ?? 1));
    scanner.scan(read.subarray(0, length));
    read.fill('>');
    at += length;
  }
  return found;
}

describe('StanzaScanner', () => {
  it('finds the same stanzas wherever the bytes are split, and skips headers and white space', () => {
    const part = fc.constantFrom(header, '\n', ' ', ...stanzas);
    const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), cuts, (parts, sizes) => {
        expect(scan(Buffer.from(parts.join('')), sizes)).toEqual(parts.filter((text) => stanzas.includes(text)));
      }),
      { numRuns: 300 },
    );
  });

  it('throws when the server ends the stream', () => {
    expect(() => scan(Buffer.from(`${header}<presence/></stream:stream>`), [1000])).toThrow('ended a stream');
  });
});
