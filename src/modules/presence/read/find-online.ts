import { Injectable } from '@nestjs/common';
import { limits } from '#contracts/limits.js';
import type { Presence as PresenceView } from '#contracts/presence/schemas.js';
import { UserId, type Page, type PageQuery } from '#contracts/primitives.js';
import { decodeCursor, encodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import { Conversations } from '../../conversations/conversations.js';
import { Presence } from '../presence.js';
import { PresenceStore } from '../infra/presence-store.js';

const chunkSize = 500;
/** Limits the work for one page: a page may be short although more pages follow. */
const chunksMax = 10;

/** The online users who share a conversation with the viewer, by id. */
@Injectable()
export class FindOnline {
  constructor(
    private readonly store: PresenceStore,
    private readonly presence: Presence,
    private readonly conversations: Conversations,
  ) {}

  async execute(viewerId: UserId, query: PageQuery): Promise<Page<PresenceView>> {
    const limit = query.limit ?? limits.pageSizeDefault;
    const items: PresenceView[] = [];
    let after = decodeCursor(UserId, query.cursor);
    for (let chunk = 0; chunk < chunksMax; chunk += 1) {
      const candidates = await this.store.listOnline(after, chunkSize);
      for (const found of await this.findSharing(viewerId, candidates)) {
        items.push(found);
        if (items.length > limit) return toPage(items, limit, (last) => last.userId);
      }
      if (candidates.length < chunkSize) return { items, nextCursor: null };
      after = candidates.at(-1);
    }
    return { items, nextCursor: encodeCursor(after) };
  }

  private async findSharing(viewerId: UserId, candidates: readonly UserId[]): Promise<PresenceView[]> {
    const others = candidates.filter((id) => id !== viewerId);
    const sharing = await this.conversations.findSharing(viewerId, others);
    const views = await this.presence.findPresences(
      viewerId,
      others.filter((id) => sharing.has(id)),
    );
    return views.filter((view) => view.status !== 'offline');
  }
}
