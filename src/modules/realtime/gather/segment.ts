import { frameEnds, webSocketFrames } from './packets.js';

/** Packets in the order in which they were sent, for one or more sockets; encoded once for all of them. */
export class Segment {
  readonly packets: string[];
  /** Whether more may be added: no socket that gets it was sent anything else since. */
  isOpen = true;
  private encoded: Buffer | undefined;
  private ends: number[] | undefined;

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

  /** Each packet with its frame: a part of that one buffer, so that what waits for many slow readers is in memory once. */
  *packetFrames(): Iterable<readonly [string, Buffer]> {
    const frames = this.frames();
    this.ends ??= frameEnds(this.packets);
    for (const [index, packet] of this.packets.entries()) yield [packet, frames.subarray(this.ends[index - 1] ?? 0, this.ends[index])];
  }
}
