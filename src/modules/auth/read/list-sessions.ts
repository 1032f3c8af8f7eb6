import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, MoreThan, Repository } from 'typeorm';
import type { SessionInfo } from '#contracts/auth/schemas.js';
import { limits } from '#contracts/limits.js';
import type { Page } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import type { Caller } from '../../../transport/caller.js';
import { SessionEntity } from '../infra/session.entity.js';

/** Lists the caller's open sessions. */
@Injectable()
export class ListSessions {
  constructor(@InjectRepository(SessionEntity) private readonly rows: Repository<SessionEntity>) {}

  /** One page with at most 200 sessions, the last used first. */
  async execute({ userId, sessionId }: Caller): Promise<Page<SessionInfo>> {
    const rows = await this.rows.find({
      where: { userId, revokedAt: IsNull(), expiresAt: MoreThan(clock.date()) },
      order: { lastUsedAt: 'DESC' },
      take: limits.pageSizeMax,
    });
    return { items: rows.map((row) => presentSession(row, row.id === sessionId)), nextCursor: null };
  }
}

function presentSession(row: SessionEntity, isCurrent: boolean): SessionInfo {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
    userAgent: row.userAgent,
    current: isCurrent,
  };
}
