import { WebSocketGateway } from '@nestjs/websockets';
import type { CommandData, CommandInput } from '#contracts/commands.js';
import { clock } from '#platform/clock/clock.js';
import type { Caller } from '../../../transport/caller.js';
import { Command } from '../command.js';

/** Commands about the connection itself. */
@WebSocketGateway()
export class SessionsGateway {
  @Command('session.ping')
  ping(_caller: Caller, input: CommandInput<'session.ping'>): CommandData<'session.ping'> {
    return { nonce: input.nonce, serverTime: clock.date().toISOString() };
  }
}
