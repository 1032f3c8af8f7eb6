/** Called for each complete frame, with its opcode and the range of its payload in the bytes. */
export type OnFrame = (opcode: number, bytes: Buffer, from: number, to: number) => void;

const none = Buffer.alloc(0);

/** Finds the frames that a WebSocket server sends. It copies only a frame that spans two reads. */
export class FrameScanner {
  private rest: Buffer = none;

  constructor(private readonly onFrame: OnFrame) {}

  /** Scans the next bytes, which may be overwritten afterwards. Throws on masked or fragmented frames, which servers do not send. */
  scan(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const end = this.scanWhole(bytes);
    this.rest = end === bytes.length ? none : Buffer.from(bytes.subarray(end));
  }

  /** Returns the start of the first incomplete frame. */
  private scanWhole(bytes: Buffer): number {
    const { length } = bytes;
    let at = 0;
    while (at + 2 <= length) {
      const first = bytes[at] ?? 0;
      let size = bytes[at + 1] ?? 0;
      if (first < 0x80 || size >= 0x80) throw new Error('the server sent a fragmented or masked frame');
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
