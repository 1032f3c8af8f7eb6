import { command, type CommandSpec } from '../command.js';
import { examples } from '../examples.js';
import { Ping, Pong } from './schemas.js';

export const authCommands = {
  'session.ping': command({
    summary: 'Measure the round trip to the server',
    description:
      'Returns the nonce, which may be any JSON value, and the time on the server. A socket needs no pings of its own to stay connected.',
    input: Ping,
    data: Pong,
    example: { input: { nonce: 'ping-1' }, data: { nonce: 'ping-1', serverTime: examples.sentAt } },
  }),
} as const satisfies Record<string, CommandSpec>;
