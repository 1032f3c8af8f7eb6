import { framedPacket, type FramedPacket } from './engine-socket.js';
import { frameEnds, webSocketFrames } from './packets.js';

/** Packets in the order in which they were sent, for one or more sockets; encoded once for all of them. */
export class Segment {
  readonly packets: string[];
  /** Whether more may be added: no socket that gets it was sent anything else since. */
  isOpen = true;
  private encoded: Buffer | undefined;
  private framed: FramedPacket[] | undefined;

  constructor(
    first: string,
    /** For one socket alone: as long as it is that socket's last, it can grow. */
    readonly isPrivate: boolean,
  ) {
    this.packets = [first];
  }

  /** The packets as WebSocket frames. Nothing may be added afterwards. */
  frames(): Buffer {
    this.encoded ??= webSocketFrames(this.packets);
    return this.encoded;
  }

  /** Each packet with its frame, a part of that one buffer: what waits for many slow readers is in memory once. */
  framedPackets(): readonly FramedPacket[] {
    this.framed ??= this.frameAll();
    return this.framed;
  }

  private frameAll(): FramedPacket[] {
    const frames = this.frames();
    const ends = frameEnds(this.packets);
    return this.packets.map((packet, index) => framedPacket(packet, frames.subarray(ends[index - 1] ?? 0, ends[index])));
  }
}
