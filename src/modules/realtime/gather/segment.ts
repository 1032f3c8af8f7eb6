import { webSocketFrames } from './packets.js';

/** Packets in the order in which they were sent, for one or more sockets; encoded once for all of them. */
export class Segment {
  readonly packets: string[];
  /** Whether more may be added: no socket that gets it was sent anything else since. */
  isOpen = true;
  private encoded: Buffer | undefined;

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
}
