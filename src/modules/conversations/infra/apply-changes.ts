import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../../database/database.js';
import type { LogEntry } from '../../log/draft.js';
import { EntryAppliers } from '../../log/entry-appliers.js';
import { changeBodies } from '../changes/change-bodies.js';
import { applyDeleted, applyJoined, applyLeft, applyRole, applySettings, insertBan } from './change.sql.js';

/** Brings the entries of this module into storage, each one once. */
@Injectable()
export class ApplyChanges implements OnModuleInit {
  constructor(private readonly appliers: EntryAppliers) {}

  onModuleInit(): void {
    this.appliers.register('member.joined', joined);
    this.appliers.register('member.updated', updated);
    this.appliers.register('member.left', left);
    this.appliers.register('conversation.updated', settingsUpdated);
    this.appliers.register('conversation.deleted', deleted);
  }
}

async function joined(tx: Transaction, { conversationId, rev, at, body }: LogEntry): Promise<void> {
  const { userId, role, joinedSeq, inviteCode } = changeBodies['member.joined'].parse(body);
  await tx.query(applyJoined, [conversationId, userId, role, joinedSeq, rev, at, inviteCode]);
}

async function updated(tx: Transaction, { conversationId, rev, body }: LogEntry): Promise<void> {
  const { userId, role } = changeBodies['member.updated'].parse(body);
  await tx.query(applyRole, [conversationId, userId, role, rev]);
}

async function left(tx: Transaction, { conversationId, rev, at, body }: LogEntry): Promise<void> {
  const { userId, reason, bannedBy } = changeBodies['member.left'].parse(body);
  await tx.query(applyLeft, [conversationId, userId, reason, rev, at]);
  if (bannedBy) await tx.query(insertBan, [conversationId, userId, bannedBy, at]);
}

async function settingsUpdated(tx: Transaction, { conversationId, rev, at, body }: LogEntry): Promise<void> {
  const { name, title, visibility, policy, metadata } = changeBodies['conversation.updated'].parse(body);
  await tx.query(applySettings, [conversationId, name, title, visibility, JSON.stringify(policy), JSON.stringify(metadata), rev, at]);
}

async function deleted(tx: Transaction, { conversationId, rev, at, body }: LogEntry): Promise<void> {
  changeBodies['conversation.deleted'].parse(body);
  await tx.query(applyDeleted, [conversationId, rev, at]);
}
