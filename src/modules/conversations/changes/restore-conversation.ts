import { Inject, Injectable } from '@nestjs/common';
import type { Conversation } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { systemActor } from '#platform/ids.js';
import { Signals } from '#platform/signals/signals.js';
import type { Transaction } from '../../../database/database.js';
import { ConversationChanges } from '../../log/conversation-changes.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { changeDraft, type Committed } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import { Rooms } from '../../realtime/rooms.js';
import { Access } from '../access.js';
import { Conversations } from '../conversations.js';
import { ConversationReader } from '../read/conversation.reader.js';

interface FormerMember {
  readonly user_id: UserId;
  readonly visible_from_seq: number;
}

/** Members who are sent the conversation at the same time. */
const membersPerStep = 200;

/** Undoes the deletion of a conversation. For operators. */
@Injectable()
export class RestoreConversation {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'deletedConversationUndoSeconds'>,
    private readonly changes: ConversationChanges,
    private readonly log: ConversationLog,
    private readonly access: Access,
    private readonly rooms: Rooms,
    private readonly emitter: Emitter,
    private readonly signals: Signals,
    private readonly reader: ConversationReader,
    private readonly conversations: Conversations,
  ) {}

  /** A conversation that is not deleted stays as it is. Throws `conversation.notFound` when there is none, or the time to undo is over. */
  async execute(conversationId: ConversationId): Promise<Conversation> {
    const members = await this.changes.runChange(conversationId, async (tx) => {
      const former = await this.findFormerMembers(tx, conversationId);
      const draft = changeDraft({ conversationId, kind: 'conversation.restored', actorId: systemActor, at: clock.date(), body: {} });
      return {
        drafts: former === undefined ? [] : [draft],
        deliver: (committed) => this.openRooms(conversationId, former ?? [], committed),
        // Caches that were filled between the commit to the log and the commit to storage hold the state before the change.
        answer: () => {
          this.access.publishChange({ conversationId, userIds: [], settings: true });
          return former ?? [];
        },
      };
    });
    if (members.length > 0) await this.signals.awaitDelivery();
    await this.welcomeBack(conversationId, members);
    return this.presentConversation(conversationId);
  }

  /** Those who were members until the deletion; undefined when the conversation is not deleted. */
  private async findFormerMembers(tx: Transaction, conversationId: ConversationId): Promise<FormerMember[] | undefined> {
    const [row] = await tx.query<{ is_deleted: boolean; is_gone: boolean }>(
      `SELECT deleted_at IS NOT NULL AS is_deleted, (deleted_at <= now() - make_interval(secs => $2)) IS TRUE AS is_gone
       FROM conversations WHERE id = $1`,
      [conversationId, this.config.deletedConversationUndoSeconds],
    );
    if (row === undefined || row.is_gone) throw new AppError('conversation.notFound');
    if (!row.is_deleted) return undefined;
    return tx.query<FormerMember>(
      "SELECT m.user_id, m.visible_from_seq FROM members m WHERE m.conversation_id = $1 AND m.left_reason = 'deleted'",
      [conversationId],
    );
  }

  private openRooms(conversationId: ConversationId, members: readonly FormerMember[], committed: readonly Committed[]): void {
    for (const { rev, epoch } of committed) {
      this.access.publishChange({ conversationId, userIds: [], settings: true });
      for (const { user_id: userId, visible_from_seq: visibleFromSeq } of members)
        this.rooms.joinConversation(conversationId, userId, { after: { epoch, rev }, visibleFromSeq });
    }
  }

  private async welcomeBack(conversationId: ConversationId, members: readonly FormerMember[]): Promise<void> {
    for (let start = 0; start < members.length; start += membersPerStep) {
      await Promise.all(
        members.slice(start, start + membersPerStep).map(async ({ user_id: userId }) => {
          const conversation = await this.conversations.presentOne(userId, conversationId);
          if (conversation !== undefined) this.emitter.toUser(userId, 'conversation.added', conversation);
        }),
      );
    }
  }

  private async presentConversation(conversationId: ConversationId): Promise<Conversation> {
    const [heads, found] = await Promise.all([this.log.heads([conversationId]), this.reader.shared([conversationId])]);
    const [head, shared] = [heads.get(conversationId), found.get(conversationId)];
    if (head === undefined || shared === undefined) throw new AppError('conversation.notFound');
    return shared.present({ ...head, epoch: this.log.epoch() }, null);
  }
}
