import { event, type EventSpec } from '../event.js';
import { examples } from '../examples.js';
import { SessionClosing, SessionReady } from './schemas.js';

export const authEvents = {
  'session.ready': event({
    summary: 'The socket receives every event from now on',
    description:
      'Sent once, after the socket has joined its conversations. Compare each `epoch` and `rev` with what you have, and call `conversation.sync` for those that differ.',
    to: 'the socket that connected',
    payload: SessionReady,
    example: {
      sessionId: examples.sessionId,
      userId: examples.ada,
      serverTime: examples.sentAt,
      conversations: [{ id: examples.conversationId, epoch: examples.epoch, seq: 42, rev: 57 }],
    },
  }),
  'session.closing': event({
    summary: 'The server is about to close this socket',
    description: 'The last event of a socket. `code` says why it is closed and decides what the client does next.',
    to: 'the socket that is closed',
    payload: SessionClosing,
    example: { code: 'draining', reason: 'the server is shutting down', retryAfterMs: 1250 },
  }),
} as const satisfies Record<string, EventSpec>;
