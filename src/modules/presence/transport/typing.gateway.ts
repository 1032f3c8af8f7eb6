import { WebSocketGateway } from '@nestjs/websockets';
import type { CommandData, CommandInput } from '#contracts/commands.js';
import type { Caller } from '../../../transport/caller.js';
import { Access } from '../../conversations/access.js';
import { Command, type CommandContext } from '../../realtime/command.js';
import { Blocks } from '../../users/blocks.js';
import { UserSettings } from '../../users/user-settings.js';
import { Typing } from '../typing.js';

/** The socket commands of typing, for members who may post. A user who appears offline types unseen. */
@WebSocketGateway()
export class TypingGateway {
  constructor(
    private readonly access: Access,
    private readonly typing: Typing,
    private readonly blocks: Blocks,
    private readonly settings: UserSettings,
  ) {}

  @Command('typing.start')
  async start(
    { userId }: Caller,
    { conversationId }: CommandInput<'typing.start'>,
    { socketId }: CommandContext,
  ): Promise<CommandData<'typing.start'>> {
    const access = await this.access.of(conversationId, userId);
    access.require('post');
    if ((await this.settings.findSettings(userId)).appearOffline) return {};
    const hiddenFrom = await this.blocks.findBlockedEitherWay(userId);
    this.typing.startTyping(conversationId, userId, socketId, performance.now(), [...hiddenFrom]);
    return {};
  }

  @Command('typing.stop')
  async stop({ userId }: Caller, { conversationId }: CommandInput<'typing.stop'>): Promise<CommandData<'typing.stop'>> {
    await this.access.of(conversationId, userId);
    this.typing.stopTyping(conversationId, userId);
    return {};
  }
}
