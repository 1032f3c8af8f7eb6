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
/** Bounds the work of one page: a page may be short though more follow. */
const chunksMax = 10;

/** Who is online among those the viewer shares a conversation with, by id. */
@Injectable()
export class FindOnline {
  constructor(
    private readonly store: PresenceStore,
    private readonly presence: Presence,
    private readonly conversations: Conversations,
  ) {}

  async page(viewerId: UserId, query: PageQuery): Promise<Page<PresenceView>> {
    const limit = query.limit ?? limits.pageSizeDefault;
    const items: PresenceView[] = [];
    let after = decodeCursor(UserId, query.cursor);
    for (let chunk = 0; chunk < chunksMax; chunk += 1) {
      const candidates = await this.store.page(after, chunkSize);
      for (const found of await this.shared(viewerId, candidates)) {
        items.push(found);
        if (items.length > limit) return toPage(items, limit, (last) => last.userId);
      }
      if (candidates.length < chunkSize) return { items, nextCursor: null };
      after = candidates.at(-1);
    }
    return { items, nextCursor: encodeCursor(after) };
  }

  private async shared(viewerId: UserId, candidates: readonly UserId[]): Promise<PresenceView[]> {
    const others = candidates.filter((id) => id !== viewerId);
    const sharing = await this.conversations.findSharing(viewerId, others);
    const views = await this.presence.of(
      viewerId,
      others.filter((id) => sharing.has(id)),
    );
    return views.filter((view) => view.status !== 'offline');
  }
}
