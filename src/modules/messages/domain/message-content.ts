import { hash } from 'node:crypto';
import type { SendMessageBody } from '../../../../contracts/messages.js';

/** What a sender wrote, apart from where and under which client id. */
export type MessageContent = Omit<SendMessageBody, 'clientId'>;

const hashBytes = 16;

/**
 * Tells the same body from another one under the same client id: the first 16 bytes of SHA-256 over the fields in a fixed
 * order. Free JSON counts as it was sent: a client that repeats a send repeats its bytes.
 */
export function hashContent(content: MessageContent): Buffer {
  const fields = [content.text ?? null, content.replyTo ?? null, content.mentions ?? [], content.metadata ?? {}];
  return hash('sha256', JSON.stringify(fields), 'buffer').subarray(0, hashBytes);
}
