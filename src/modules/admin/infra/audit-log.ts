import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, LessThan, Repository } from 'typeorm';
import { limits } from '#contracts/limits.js';
import type { AuditEntry, AuditQuery } from '#contracts/operations/schemas.js';
import { AuditEntryId, type ConversationId, type Page, type UserId } from '#contracts/primitives.js';
import type { RouteName } from '#contracts/routes.js';
import { clock } from '#platform/clock/clock.js';
import { AppError } from '#platform/errors/app-error.js';
import { newId } from '#platform/ids.js';
import { decodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import type { CurrentOperator } from '../transport/current-operator.js';
import { AuditEntryEntity } from './audit-entry.entity.js';

/** What a request of an operator is about. */
export interface AuditTarget {
  readonly conversationId?: ConversationId;
  readonly userId?: UserId;
  readonly seq?: number;
}

/** The record of what operators saw and did. It never holds a text of a conversation. */
@Injectable()
export class AuditLog {
  constructor(@InjectRepository(AuditEntryEntity) private readonly rows: Repository<AuditEntryEntity>) {}

  /** Does the work once it is recorded, and records how it ended: an operator sees and does nothing without a record. */
  async recordWork<T>(operator: CurrentOperator, action: RouteName, target: AuditTarget, work: () => T | Promise<T>): Promise<T> {
    const { conversationId = null, userId = null, seq = null } = target;
    const id = newId<AuditEntryId>();
    const { username, address } = operator;
    await this.rows.insert({ id, at: clock.date(), operator: username, address, action, conversationId, userId, seq, outcome: null });
    try {
      const result = await work();
      await this.rows.update({ id }, { outcome: 'ok' });
      return result;
    } catch (error) {
      await this.rows.update({ id }, { outcome: error instanceof AppError ? error.code : 'internal' });
      throw error;
    }
  }

  /** The newest entries first. */
  async listEntries({ conversationId, cursor, limit = limits.pageSizeDefault }: AuditQuery): Promise<Page<AuditEntry>> {
    const before = decodeCursor(AuditEntryId, cursor);
    const where: FindOptionsWhere<AuditEntryEntity> = {};
    if (conversationId !== undefined) where.conversationId = conversationId;
    if (before !== undefined) where.id = LessThan(before);
    const found = await this.rows.find({ where, order: { id: 'DESC' }, take: limit + 1 });
    const { items, nextCursor } = toPage(found, limit, (last) => last.id);
    return { items: items.map(toEntry), nextCursor };
  }
}

function toEntry({ id, at, operator, address, action, conversationId, userId, seq, outcome }: AuditEntryEntity): AuditEntry {
  return { id, at: at.toISOString(), operator, address, action, conversationId, userId, seq, outcome };
}
