import { framedPacket, type FramedPacket } from './engine-socket.js';
import { frameEnds, webSocketFrames } from './packets.js';

/** Consecutive packets for the same sockets, encoded once for all of them. */
export class Segment {
  readonly packets: string[];
  /** Whether packets may be added: none of its sockets has been sent anything else since. */
  isOpen = true;
  private encoded: Buffer | undefined;
  private framed: FramedPacket[] | undefined;

  constructor(
    first: string,
    /** Whether it is for one socket only. It can grow as long as it is that socket's last segment. */
    readonly isPrivate: boolean,
  ) {
    this.packets = [first];
  }

  /** Encodes the packets as WebSocket frames. Nothing may be added afterwards. */
  encodeFrames(): Buffer {
    this.encoded ??= webSocketFrames(this.packets);
    return this.encoded;
  }

  /** Splits the encoded buffer into one frame per packet, so that a packet that waits for many slow readers is in memory once. */
  splitFrames(): readonly FramedPacket[] {
    this.framed ??= this.frameEach();
    return this.framed;
  }

  private frameEach(): FramedPacket[] {
    const frames = this.encodeFrames();
    const ends = frameEnds(this.packets);
    return this.packets.map((packet, index) => framedPacket(packet, frames.subarray(ends[index - 1] ?? 0, ends[index])));
  }
}
