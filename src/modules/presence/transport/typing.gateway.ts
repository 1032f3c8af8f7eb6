import { WebSocketGateway } from '@nestjs/websockets';
import type { CommandData, CommandInput } from '#contracts/commands.js';
import type { Caller } from '../../../transport/caller.js';
import { Access } from '../../conversations/access.js';
import { Command, type CommandContext } from '../../realtime/command.js';
import { Typing } from '../typing.js';

/** The socket commands of typing, for members who may post. */
@WebSocketGateway()
export class TypingGateway {
  constructor(
    private readonly access: Access,
    private readonly typing: Typing,
  ) {}

  @Command('typing.start')
  async start(
    { userId }: Caller,
    { conversationId }: CommandInput<'typing.start'>,
    { socketId }: CommandContext,
  ): Promise<CommandData<'typing.start'>> {
    const access = await this.access.of(conversationId, userId);
    access.require('post');
    this.typing.startTyping(conversationId, userId, socketId);
    return {};
  }

  @Command('typing.stop')
  async stop({ userId }: Caller, { conversationId }: CommandInput<'typing.stop'>): Promise<CommandData<'typing.stop'>> {
    await this.access.of(conversationId, userId);
    this.typing.stopTyping(conversationId, userId);
    return {};
  }
}
