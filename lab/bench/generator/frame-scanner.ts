/** Called for each whole frame: its opcode and where its payload lies in the bytes. */
export type OnFrame = (opcode: number, bytes: Buffer, from: number, to: number) => void;

const none = Buffer.alloc(0);

/** Finds the frames of a WebSocket server in what arrives. Nothing is copied but a frame that two reads share. */
export class FrameScanner {
  private rest: Buffer = none;

  constructor(private readonly onFrame: OnFrame) {}

  /** The bytes may be overwritten when it returns. Throws on what servers do not send: masked or fragmented frames. */
  scan(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const end = this.scanWhole(bytes);
    this.rest = end === bytes.length ? none : Buffer.from(bytes.subarray(end));
  }

  /** Answers where the first frame begins that is not whole. */
  private scanWhole(bytes: Buffer): number {
    const { length } = bytes;
    let at = 0;
    while (at + 2 <= length) {
      const first = bytes[at] ?? 0;
      let size = bytes[at + 1] ?? 0;
      if (first < 0x80 || size >= 0x80) throw new Error('a fragmented or masked frame came from a server');
      let from = at + 2;
      if (size === 126) {
        if (at + 4 > length) break;
        size = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
        from = at + 4;
      } else if (size === 127) {
        if (at + 10 > length) break;
        size = Number(bytes.readBigUInt64BE(at + 2));
        from = at + 10;
      }
      if (from + size > length) break;
      this.onFrame(first & 15, bytes, from, from + size);
      at = from + size;
    }
    return at;
  }
}
