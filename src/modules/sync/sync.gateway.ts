import { WebSocketGateway } from '@nestjs/websockets';
import type { CommandData, CommandInput } from '#contracts/commands.js';
import type { Caller } from '../../transport/caller.js';
import { Command } from '../realtime/command.js';
import { SyncConversations } from './sync-conversations.js';

/** The socket command of catch-up: the same use case as over REST. */
@WebSocketGateway()
export class SyncGateway {
  constructor(private readonly syncConversations: SyncConversations) {}

  @Command('conversation.sync')
  sync(caller: Caller, input: CommandInput<'conversation.sync'>): Promise<CommandData<'conversation.sync'>> {
    return this.syncConversations.execute(caller.userId, input);
  }
}
