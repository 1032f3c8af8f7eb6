import { WebSocketGateway } from '@nestjs/websockets';
import type { CommandData, CommandInput } from '#contracts/commands.js';
import type { Caller } from '../../../transport/caller.js';
import { Command } from '../../realtime/command.js';
import { CreateConversation } from '../changes/create-conversation.js';
import { JoinConversation } from '../changes/join-conversation.js';
import { LeaveConversation } from '../changes/leave-conversation.js';
import { FindConversations } from '../read/find-conversations.js';
import { ListConversations } from '../read/list-conversations.js';

/** The socket commands of conversations: the same use cases as over REST. */
@WebSocketGateway()
export class ConversationsGateway {
  constructor(
    private readonly createConversation: CreateConversation,
    private readonly joinConversation: JoinConversation,
    private readonly leaveConversation: LeaveConversation,
    private readonly findConversations: FindConversations,
    private readonly listConversations: ListConversations,
  ) {}

  @Command('conversation.create')
  async create({ userId }: Caller, input: CommandInput<'conversation.create'>): Promise<CommandData<'conversation.create'>> {
    return (await this.createConversation.execute(userId, input)).conversation;
  }

  @Command('conversation.list')
  list({ userId }: Caller, input: CommandInput<'conversation.list'>): Promise<CommandData<'conversation.list'>> {
    return this.listConversations.execute(userId, input);
  }

  @Command('conversation.get')
  get({ userId }: Caller, input: CommandInput<'conversation.get'>): Promise<CommandData<'conversation.get'>> {
    return this.findConversations.getConversation(userId, input.conversationId);
  }

  @Command('conversation.join')
  join({ userId }: Caller, input: CommandInput<'conversation.join'>): Promise<CommandData<'conversation.join'>> {
    return this.joinConversation.joinPublic(userId, input.conversationId);
  }

  @Command('conversation.leave')
  async leave({ userId }: Caller, input: CommandInput<'conversation.leave'>): Promise<CommandData<'conversation.leave'>> {
    await this.leaveConversation.execute(userId, input.conversationId);
    return {};
  }

  @Command('conversation.members')
  members(
    { userId }: Caller,
    { conversationId, ...page }: CommandInput<'conversation.members'>,
  ): Promise<CommandData<'conversation.members'>> {
    return this.findConversations.listMembers(userId, conversationId, page);
  }

  @Command('conversation.listPublic')
  listPublic({ userId }: Caller, input: CommandInput<'conversation.listPublic'>): Promise<CommandData<'conversation.listPublic'>> {
    return this.findConversations.listPublic(userId, input);
  }
}
