import type { Ack, AckError } from '#contracts/commands.js';
import { jsonOf } from '#platform/json-text.js';

/** An event as a Socket.IO packet of the default namespace: the text that Socket.IO itself would send. */
export function eventPacket(event: string, payload: unknown): string {
  return `2[${JSON.stringify(event)},${jsonOf(payload)}]`;
}

/** The ack of a command that succeeded. */
export function successPacket(id: number, data: unknown): string {
  return `3${id}[{"ok":true,"data":${jsonOf(data)}}]`;
}

/** The ack of a command that failed. */
export function failurePacket(id: number, error: AckError): string {
  return ackPacket(id, { ok: false, error } satisfies Ack<unknown>);
}

/** The answer to the event with this acknowledgement id, as a Socket.IO packet. */
export function ackPacket(id: number, answer: unknown): string {
  return `3${id}[${JSON.stringify(answer)}]`;
}

const shortMax = 125;
const mediumMax = 65_535;
/** A final fragment with text. */
const textFrame = 0x81;
/** Engine.IO's packet type `message`. */
const engineMessage = 0x34;

/**
 * Encodes packets as a server sends them over a WebSocket, one text frame each (RFC 6455, 5.2: unmasked, not compressed), in one
 * buffer. It holds byte for byte what Engine.IO and `ws` would write in sequence.
 */
export function webSocketFrames(packets: readonly string[]): Buffer {
  const sizes = packets.map((packet) => Buffer.byteLength(packet));
  const frames = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + headSize(size + 1) + size + 1, 0));
  let offset = 0;
  for (const [index, packet] of packets.entries()) {
    const size = sizes[index] ?? 0;
    offset = writeHead(frames, offset, size + 1);
    frames[offset] = engineMessage;
    // Text whose length in bytes equals its length in characters is ASCII, and `latin1` copies it several times faster.
    offset += 1 + frames.write(packet, offset + 1, size === packet.length ? 'latin1' : 'utf8');
  }
  return frames;
}

/** The offset at which each packet's frame ends in the buffer that `webSocketFrames` returns. */
export function frameEnds(packets: readonly string[]): number[] {
  let end = 0;
  return packets.map((packet) => {
    const size = Buffer.byteLength(packet) + 1;
    end += headSize(size) + size;
    return end;
  });
}

function headSize(length: number): number {
  if (length <= shortMax) return 2;
  return length <= mediumMax ? 4 : 10;
}

function writeHead(frames: Buffer, offset: number, length: number): number {
  frames[offset] = textFrame;
  if (length <= shortMax) {
    frames[offset + 1] = length;
    return offset + 2;
  }
  if (length <= mediumMax) {
    frames[offset + 1] = 126;
    return frames.writeUInt16BE(length, offset + 2);
  }
  frames[offset + 1] = 127;
  frames.writeUInt32BE(0, offset + 2);
  return frames.writeUInt32BE(length, offset + 6);
}
