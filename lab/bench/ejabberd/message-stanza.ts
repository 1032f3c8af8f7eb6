import { text200 } from '../generator/send-frame.js';

const counterLength = 12;
const digit0 = 0x30;

export interface MessageParts {
  readonly to: string;
  readonly type: 'chat' | 'groupchat';
  /** The id without its counter. */
  readonly idPrefix: string;
  /** Appended to each message. */
  readonly trailer?: string;
}

/**
 * A message stanza that is built once and sent many times: only the last twelve digits of its id change. It may be sent again after
 * its ack, because the bytes have left this process by then.
 */
export class MessageStanza {
  private readonly bytes: Buffer;
  private readonly counterAt: number;
  private count = 0;

  constructor({ to, type, idPrefix, trailer = '' }: MessageParts) {
    const head = `<message to='${to}' type='${type}' id='${idPrefix}`;
    // The text contains no character that XML would escape.
    this.bytes = Buffer.from(`${head}${'0'.repeat(counterLength)}'><body>${text200}</body></message>${trailer}`);
    this.counterAt = Buffer.byteLength(head);
  }

  /** The next bytes to send, with a new id. */
  next(): Buffer {
    this.count += 1;
    let rest = this.count;
    for (let at = this.counterAt + counterLength - 1; rest > 0 && at >= this.counterAt; at -= 1) {
      this.bytes[at] = digit0 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    return this.bytes;
  }
}
