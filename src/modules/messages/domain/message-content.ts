import { hash } from 'node:crypto';
import type { SendMessageBody } from '#contracts/messages/schemas.js';

/** What the sender wrote, without its conversation and client id. */
export type MessageContent = Omit<SendMessageBody, 'clientId'>;

const hashBytes = 16;
const hexPerByte = 2;

/**
 * Detects another body under the same client id: the first 16 bytes of SHA-256 over the fields in a fixed order. The order of keys
 * in the metadata makes no difference.
 */
export function hashContent(content: MessageContent): Buffer {
  const fields = [content.text ?? null, content.replyTo ?? null, content.mentions ?? [], inKeyOrder(content.metadata ?? {})];
  // As hexadecimal text: getting the digest as a buffer takes three times as long.
  return Buffer.from(hash('sha256', JSON.stringify(fields), 'hex').slice(0, hashBytes * hexPerByte), 'hex');
}

function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { keys: entries.map(([key, child]) => [key, inKeyOrder(child)]) };
}
