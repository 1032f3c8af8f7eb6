import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { Input } from '../../../transport/handler-arguments.js';
import { ModerateConversations } from '../../conversations/moderate-conversations.js';
import { ModerateMessages } from '../../messages/moderate-messages.js';
import { AuditLog } from '../infra/audit-log.js';
import { ActingOperator, type CurrentOperator } from './current-operator.js';

/** REST routes by which operators see and act in every conversation. Each request is recorded before it does anything. */
@Controller()
export class OperatorConversationsController {
  constructor(
    private readonly conversations: ModerateConversations,
    private readonly messages: ModerateMessages,
    private readonly audit: AuditLog,
  ) {}

  @Endpoint('admin.conversations')
  list(
    @ActingOperator() operator: CurrentOperator,
    @Input() { query }: RouteInput<'admin.conversations'>,
  ): Promise<RouteOutput<'admin.conversations'>> {
    return this.audit.recordWork(operator, 'admin.conversations', {}, () => this.conversations.listConversations(query));
  }

  @Endpoint('admin.conversation')
  get(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params }: RouteInput<'admin.conversation'>,
  ): Promise<RouteOutput<'admin.conversation'>> {
    return this.audit.recordWork(operator, 'admin.conversation', params, () => this.conversations.getConversation(params.conversationId));
  }

  @Endpoint('admin.conversationPatch')
  patch(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params, body }: RouteInput<'admin.conversationPatch'>,
  ): Promise<RouteOutput<'admin.conversationPatch'>> {
    return this.audit.recordWork(operator, 'admin.conversationPatch', params, () =>
      this.conversations.changeConversation(params.conversationId, body),
    );
  }

  @Endpoint('admin.conversationDelete')
  close(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params }: RouteInput<'admin.conversationDelete'>,
  ): Promise<RouteOutput<'admin.conversationDelete'>> {
    return this.audit.recordWork(operator, 'admin.conversationDelete', params, () =>
      this.conversations.closeConversation(params.conversationId),
    );
  }

  @Endpoint('admin.messages')
  readMessages(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params, query }: RouteInput<'admin.messages'>,
  ): Promise<RouteOutput<'admin.messages'>> {
    return this.audit.recordWork(operator, 'admin.messages', params, () => this.messages.readHistory(params.conversationId, query));
  }

  @Endpoint('admin.messageDelete')
  deleteMessage(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params }: RouteInput<'admin.messageDelete'>,
  ): Promise<RouteOutput<'admin.messageDelete'>> {
    return this.audit.recordWork(operator, 'admin.messageDelete', params, () =>
      this.messages.deleteMessage(params.conversationId, params.seq),
    );
  }

  @Endpoint('admin.members')
  listMembers(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params, query }: RouteInput<'admin.members'>,
  ): Promise<RouteOutput<'admin.members'>> {
    return this.audit.recordWork(operator, 'admin.members', params, () => this.conversations.listMembers(params.conversationId, query));
  }

  @Endpoint('admin.memberPatch')
  changeRole(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params, body }: RouteInput<'admin.memberPatch'>,
  ): Promise<RouteOutput<'admin.memberPatch'>> {
    return this.audit.recordWork(operator, 'admin.memberPatch', params, () =>
      this.conversations.changeRole(params.conversationId, params.userId, body.role),
    );
  }

  @Endpoint('admin.memberRemove')
  removeMember(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params }: RouteInput<'admin.memberRemove'>,
  ): Promise<RouteOutput<'admin.memberRemove'>> {
    return this.audit.recordWork(operator, 'admin.memberRemove', params, () =>
      this.conversations.removeMember(params.conversationId, params.userId),
    );
  }

  @Endpoint('admin.bans')
  listBans(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params, query }: RouteInput<'admin.bans'>,
  ): Promise<RouteOutput<'admin.bans'>> {
    return this.audit.recordWork(operator, 'admin.bans', params, () => this.conversations.listBans(params.conversationId, query));
  }

  @Endpoint('admin.banPut')
  ban(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params, body }: RouteInput<'admin.banPut'>,
  ): Promise<RouteOutput<'admin.banPut'>> {
    return this.audit.recordWork(operator, 'admin.banPut', params, () =>
      this.conversations.banUser(params.conversationId, params.userId, body),
    );
  }

  @Endpoint('admin.banDelete')
  liftBan(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params }: RouteInput<'admin.banDelete'>,
  ): Promise<RouteOutput<'admin.banDelete'>> {
    return this.audit.recordWork(operator, 'admin.banDelete', params, () =>
      this.conversations.liftBan(params.conversationId, params.userId),
    );
  }

  @Endpoint('admin.mutes')
  listMutes(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params, query }: RouteInput<'admin.mutes'>,
  ): Promise<RouteOutput<'admin.mutes'>> {
    return this.audit.recordWork(operator, 'admin.mutes', params, () => this.conversations.listMutes(params.conversationId, query));
  }

  @Endpoint('admin.mutePut')
  mute(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params, body }: RouteInput<'admin.mutePut'>,
  ): Promise<RouteOutput<'admin.mutePut'>> {
    return this.audit.recordWork(operator, 'admin.mutePut', params, () =>
      this.conversations.muteMember(params.conversationId, params.userId, body),
    );
  }

  @Endpoint('admin.muteDelete')
  unmute(
    @ActingOperator() operator: CurrentOperator,
    @Input() { params }: RouteInput<'admin.muteDelete'>,
  ): Promise<RouteOutput<'admin.muteDelete'>> {
    return this.audit.recordWork(operator, 'admin.muteDelete', params, () =>
      this.conversations.unmuteMember(params.conversationId, params.userId),
    );
  }

  @Endpoint('admin.audit')
  listAudit(@Input() { query }: RouteInput<'admin.audit'>): Promise<RouteOutput<'admin.audit'>> {
    return this.audit.listEntries(query);
  }
}
