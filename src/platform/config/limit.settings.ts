import { integer } from './setting.js';

/** Limits per client. Each has its own error, see docs/protocol/errors. */
export const limitSettings = {
  messageTextBytesMax: integer('Maximum size of the text of a message in bytes of UTF-8.', { max: 65_536, byDefault: 8192 }),
  socketFrameBytesMax: integer('Maximum size of a frame from a socket in bytes.', { min: 1024, byDefault: 131_072 }),
  socketEventsPerSecondMax: integer('Maximum number of commands per second and socket.', { byDefault: 50 }),
  socketsPerUserMax: integer('Maximum number of open sockets per user; a new socket beyond it closes the oldest.', { byDefault: 20 }),
  socketsUnprovenMax: integer(
    'Maximum number of connections that wait for the check of their handshake; further connections are refused.',
    {
      byDefault: 2000,
    },
  ),
  socketBacklogBytesMax: integer('Bytes that may wait for a slow client before it is disconnected and has to resynchronise.', {
    min: 4096,
    byDefault: 1_048_576,
  }),
  socketBacklogPacketsMax: integer('Packets that may wait for a slow client before it is disconnected and has to resynchronise.', {
    min: 10,
    byDefault: 1000,
  }),
  rateRegisterPerMinute: integer('Maximum number of registrations, guests included, per minute and address.', { byDefault: 20 }),
  rateLoginFailuresPerMinute: integer('Maximum number of failed logins per minute for a name from one address.', { byDefault: 10 }),
  rateRestPerSecond: integer('Maximum number of REST requests per second and user (per address for anonymous requests).', {
    byDefault: 100,
  }),
  rateAdditionsPerMinute: integer('Maximum number of persons that one user adds to conversations, or asks to join, per minute.', {
    byDefault: 400,
  }),
  additionsUnansweredPerDayMax: integer(
    'Maximum number of additions of one user in 24 hours that the added persons have not answered, by accepting, reading or sending.',
    { byDefault: 1000 },
  ),
  additionsUnansweredPerPersonMax: integer('The same for the additions of one and the same person by one user.', { byDefault: 50 }),
  presenceOfflineDelayMs: integer(
    'Milliseconds after the last socket of a user closes until the user appears offline, so that a page reload shows no change.',
    { min: 0, byDefault: 2000 },
  ),
} as const;
