import { integer } from './setting.js';

/** Limits per client. Each has its own error, see docs/protocol/errors. */
export const limitSettings = {
  messageTextBytesMax: integer('Bytes of UTF-8 in the text of one message.', { max: 65_536, byDefault: 8192 }),
  socketFrameBytesMax: integer('Bytes of one frame from a socket.', { min: 1024, byDefault: 131_072 }),
  socketEventsPerSecondMax: integer('Commands per second and socket.', { byDefault: 50 }),
  socketsPerUserMax: integer('Open sockets of one user; a further one closes the oldest.', { byDefault: 20 }),
  socketsUnprovenMax: integer('Connections that may wait at a time for their handshake to be proved; further ones are refused.', {
    byDefault: 2000,
  }),
  socketBacklogBytesMax: integer('Bytes waiting for a slow reader before it is cut off and told to resynchronise.', {
    min: 4096,
    byDefault: 1_048_576,
  }),
  socketBacklogPacketsMax: integer('Packets waiting for a slow reader before it is cut off and told to resynchronise.', {
    min: 10,
    byDefault: 1000,
  }),
  rateRegisterPerMinute: integer('Registrations and guests per minute and address.', { byDefault: 20 }),
  rateLoginFailuresPerMinute: integer('Failed logins per minute, for one name from one address.', { byDefault: 10 }),
  rateRestPerSecond: integer('REST requests per second and user (or address, for those without one).', { byDefault: 100 }),
  presenceOfflineDelayMs: integer(
    'Milliseconds after the last socket of a user closed until others see it offline; a reload does not flicker.',
    { min: 0, byDefault: 2000 },
  ),
} as const;
