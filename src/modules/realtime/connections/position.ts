import { JsonText } from '#platform/json-text.js';

/** A conversation's position in its log: the newest revision whose events were emitted. */
export interface Position {
  readonly epoch: string;
  readonly rev: number;
}

/** The position of an event that changes its conversation, by its payload. Other events, such as typing and receipts, have none. */
export function positionOf(payload: unknown): Position | undefined {
  const value: unknown = payload instanceof JsonText ? payload.value : payload;
  if (typeof value !== 'object' || value === null || !('rev' in value) || !('epoch' in value)) return undefined;
  const { rev, epoch } = value;
  return typeof rev === 'number' && typeof epoch === 'string' ? { rev, epoch } : undefined;
}
