import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../database/database.js';
import { Applies } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';
import { type ChangeBody, changeBodies } from '../changes/change-bodies.js';
import { applyDeleted, applyJoined, applyLeft, applyRole, applySettings, insertBan } from './change.sql.js';

/** Brings the entries of this module into storage, each one once. */
@Injectable()
export class ApplyChanges {
  @Applies('member.joined', changeBodies['member.joined'])
  async addMember(tx: Transaction, { conversationId, rev, at }: LogEntry, body: ChangeBody<'member.joined'>): Promise<void> {
    const { userId, role, joinedSeq, inviteCode } = body;
    await tx.query(applyJoined, [conversationId, userId, role, joinedSeq, rev, at, inviteCode]);
  }

  @Applies('member.updated', changeBodies['member.updated'])
  async updateMember(tx: Transaction, { conversationId, rev }: LogEntry, { userId, role }: ChangeBody<'member.updated'>): Promise<void> {
    await tx.query(applyRole, [conversationId, userId, role, rev]);
  }

  @Applies('member.left', changeBodies['member.left'])
  async removeMember(tx: Transaction, { conversationId, rev, at }: LogEntry, body: ChangeBody<'member.left'>): Promise<void> {
    const { userId, reason, bannedBy } = body;
    await tx.query(applyLeft, [conversationId, userId, reason, rev, at]);
    if (bannedBy) await tx.query(insertBan, [conversationId, userId, bannedBy, at]);
  }

  @Applies('conversation.updated', changeBodies['conversation.updated'])
  async updateSettings(tx: Transaction, { conversationId, rev, at }: LogEntry, body: ChangeBody<'conversation.updated'>): Promise<void> {
    const { name, title, visibility, policy, metadata } = body;
    await tx.query(applySettings, [conversationId, name, title, visibility, JSON.stringify(policy), JSON.stringify(metadata), rev, at]);
  }

  @Applies('conversation.deleted', changeBodies['conversation.deleted'])
  async deleteConversation(tx: Transaction, { conversationId, rev, at }: LogEntry): Promise<void> {
    await tx.query(applyDeleted, [conversationId, rev, at]);
  }
}
