import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, Input, Reply } from '../../../transport/handler-arguments.js';
import { CreateConversation } from '../changes/create-conversation.js';
import { DeleteConversation } from '../changes/delete-conversation.js';
import { JoinConversation } from '../changes/join-conversation.js';
import { LeaveConversation } from '../changes/leave-conversation.js';
import { PatchConversation } from '../changes/patch-conversation.js';
import { FindConversations } from '../read/find-conversations.js';
import { ListConversations } from '../read/list-conversations.js';

/** The REST routes of conversations. */
@Controller()
export class ConversationsController {
  constructor(
    private readonly createConversation: CreateConversation,
    private readonly patchConversation: PatchConversation,
    private readonly deleteConversation: DeleteConversation,
    private readonly joinConversation: JoinConversation,
    private readonly leaveConversation: LeaveConversation,
    private readonly findConversations: FindConversations,
    private readonly listConversations: ListConversations,
  ) {}

  @Endpoint('conversation.create')
  async create(
    @CurrentCaller() { userId }: Caller,
    @Input() { body }: RouteInput<'conversation.create'>,
    @Reply() reply: FastifyReply,
  ): Promise<RouteOutput<'conversation.create'>> {
    const { conversation, isNew } = await this.createConversation.execute(userId, body);
    void reply.status(isNew ? 201 : 200);
    return conversation;
  }

  @Endpoint('conversation.list')
  list(
    @CurrentCaller() { userId }: Caller,
    @Input() { query }: RouteInput<'conversation.list'>,
  ): Promise<RouteOutput<'conversation.list'>> {
    return this.listConversations.execute(userId, query);
  }

  @Endpoint('conversation.listPublic')
  listPublic(
    @CurrentCaller() { userId }: Caller,
    @Input() { query }: RouteInput<'conversation.listPublic'>,
  ): Promise<RouteOutput<'conversation.listPublic'>> {
    return this.findConversations.listPublic(userId, query);
  }

  @Endpoint('conversation.byName')
  byName(
    @CurrentCaller() { userId }: Caller,
    @Input() { params }: RouteInput<'conversation.byName'>,
  ): Promise<RouteOutput<'conversation.byName'>> {
    return this.findConversations.getByName(userId, params.name);
  }

  @Endpoint('conversation.get')
  get(@CurrentCaller() { userId }: Caller, @Input() { params }: RouteInput<'conversation.get'>): Promise<RouteOutput<'conversation.get'>> {
    return this.findConversations.getConversation(userId, params.conversationId);
  }

  @Endpoint('conversation.patch')
  patch(
    @CurrentCaller() { userId }: Caller,
    @Input() { params, body }: RouteInput<'conversation.patch'>,
  ): Promise<RouteOutput<'conversation.patch'>> {
    return this.patchConversation.execute(userId, params.conversationId, body);
  }

  @Endpoint('conversation.delete')
  delete(
    @CurrentCaller() { userId }: Caller,
    @Input() { params }: RouteInput<'conversation.delete'>,
  ): Promise<RouteOutput<'conversation.delete'>> {
    return this.deleteConversation.execute(userId, params.conversationId);
  }

  @Endpoint('conversation.join')
  join(
    @CurrentCaller() { userId }: Caller,
    @Input() { params }: RouteInput<'conversation.join'>,
  ): Promise<RouteOutput<'conversation.join'>> {
    return this.joinConversation.joinPublic(userId, params.conversationId);
  }

  @Endpoint('conversation.leave')
  leave(
    @CurrentCaller() { userId }: Caller,
    @Input() { params }: RouteInput<'conversation.leave'>,
  ): Promise<RouteOutput<'conversation.leave'>> {
    return this.leaveConversation.execute(userId, params.conversationId);
  }
}
