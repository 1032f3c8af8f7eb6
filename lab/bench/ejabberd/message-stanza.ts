import { text200 } from '../generator/send-frame.js';

const counterLength = 12;
const digit0 = 0x30;

/** What a message is before it is written. */
export interface MessageParts {
  readonly to: string;
  readonly type: 'chat' | 'groupchat';
  /** What stands before the counter in its id. */
  readonly idPrefix: string;
  /** Written behind each message. */
  readonly trailer?: string;
}

/**
 * A message stanza that is made once and sent many times: only the last twelve digits of its id change. It may be sent again
 * when its ack is there, for then it has left this process.
 */
export class MessageStanza {
  private readonly bytes: Buffer;
  private readonly counterAt: number;
  private count = 0;

  constructor({ to, type, idPrefix, trailer = '' }: MessageParts) {
    const head = `<message to='${to}' type='${type}' id='${idPrefix}`;
    // Text, so that no letter of it needs to be escaped.
    this.bytes = Buffer.from(`${head}${'0'.repeat(counterLength)}'><body>${text200}</body></message>${trailer}`);
    this.counterAt = Buffer.byteLength(head);
  }

  /** The bytes to send next, with an id that was not used before. */
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
