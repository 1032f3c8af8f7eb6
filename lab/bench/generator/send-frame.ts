import { randomBytes } from 'node:crypto';
import { ClientIdField } from './client-id-field.js';

/** The text of every message: 200 bytes. */
export const text200 = 'The quick brown fox jumps over the lazy dog. '.repeat(5).slice(0, 200);

const headerLength = 8;

/**
 * A `message.send` as a masked WebSocket frame that is built once and sent many times: only the client id changes. It may be sent
 * again after its ack, because the bytes have left this process by then.
 */
export class SendFrame {
  readonly bytes: Buffer;
  private readonly clientId = new ClientIdField();
  private readonly clientIdAt: number;
  private readonly mask = randomBytes(4);

  /** `slot` is the ack id. A connection has one frame per slot. */
  constructor(conversationId: string, slot: number, text = text200) {
    const clientId = this.clientId.placeholder;
    const payload = Buffer.from(`42${slot}["message.send",${JSON.stringify({ conversationId, clientId, text })}]`);
    this.clientIdAt = headerLength + payload.indexOf(clientId);
    this.bytes = maskedFrame(payload, this.mask);
  }

  /** The next bytes to send, with a new client id. */
  next(): Buffer {
    this.clientId.write(this.bytes, this.clientIdAt, this.mask, headerLength);
    return this.bytes;
  }
}

/** A text frame as a client sends it. */
export function clientFrame(text: string): Buffer {
  return maskedFrame(Buffer.from(text), randomBytes(4));
}

function maskedFrame(payload: Buffer, mask: Buffer): Buffer {
  const frame = Buffer.allocUnsafeSlow(headerLength + payload.length);
  if (payload.length > 0xffff) throw new Error('the generator sends frames of at most 64 KiB');
  frame[0] = 0x81;
  frame[1] = 0x80 | 126;
  frame.writeUInt16BE(payload.length, 2);
  mask.copy(frame, 4);
  for (let index = 0; index < payload.length; index += 1) frame[headerLength + index] = (payload[index] ?? 0) ^ (mask[index & 3] ?? 0);
  return frame;
}
