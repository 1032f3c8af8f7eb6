import fc from 'fast-check';
import { FrameScanner } from './frame-scanner.js';

function serverFrame(payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  if (length < 65_536) return Buffer.concat([Buffer.from([0x81, 126, length >> 8, length & 255]), payload]);
  const head = Buffer.alloc(10);
  head[0] = 0x81;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

describe('FrameScanner', () => {
  it('finds the same frames wherever the bytes are split', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(125, 126, 65_535, 65_536));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1 }), (sizes, cuts) => {
        const payloads = sizes.map((length, index) => Buffer.alloc(length, index + 1));
        const wire = Buffer.concat(payloads.map(serverFrame));
        const found: Buffer[] = [];
        const scanner = new FrameScanner((_, bytes, from, to) => found.push(Buffer.from(bytes.subarray(from, to))));
        // One buffer for all reads, as in the connection.
        const read = Buffer.alloc(70_000);
        for (let [at, turn] = [0, 0]; at < wire.length; turn += 1) {
          const length = wire.copy(read, 0, at, at + (cuts[turn % cuts.length] ?? 1));
          scanner.scan(read.subarray(0, length));
          read.fill(0xff);
          at += length;
        }
        expect(Buffer.concat(found).equals(Buffer.concat(payloads))).toBe(true);
        expect(found.map(({ length }) => length)).toEqual(sizes);
      }),
      { numRuns: 100 },
    );
  });

  it('rejects masked frames, which servers do not send', () => {
    expect(() => new FrameScanner(() => undefined).scan(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 1]))).toThrow('masked');
  });
});
