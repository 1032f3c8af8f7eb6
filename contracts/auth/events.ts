import { event, type EventSpec } from '../event.js';
import { examples } from '../examples.js';
import { CommandFailed, SessionClosing, SessionReady } from './schemas.js';

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
  'command.failed': event({
    summary: 'A command without an acknowledgement failed',
    description:
      'Commands run with and without an acknowledgement callback. With one, the ack says whether the command succeeded; without one, a failure arrives as this event and a success is silent. `error` is what the ack would have carried.',
    to: 'the socket that sent the command',
    payload: CommandFailed,
    example: {
      command: 'message.send',
      clientId: examples.clientId,
      error: {
        code: 'forbidden',
        message: 'The caller may see this, but their role or a policy does not allow the action.',
        retryable: false,
        requestId: '5f0c2c1e-9b1d-4b7e-9d5a-0d9a4f4c7e21',
      },
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
