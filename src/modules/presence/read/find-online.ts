import { Injectable } from '@nestjs/common';
import { limits } from '#contracts/limits.js';
import type { Presence as PresenceView } from '#contracts/presence/schemas.js';
import { UserId, type Page, type PageQuery } from '#contracts/primitives.js';
import { decodeCursor, encodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import { Contacts } from '../../conversations/contacts.js';
import { Presence } from '../presence.js';

const chunkSize = 500;
/** Limits the work for one page: a page may be short although more pages follow. */
const chunksMax = 10;

/** The viewer's contacts who are online, by id. */
@Injectable()
export class FindOnline {
  constructor(
    private readonly presence: Presence,
    private readonly contacts: Contacts,
  ) {}

  async execute(viewerId: UserId, query: PageQuery): Promise<Page<PresenceView>> {
    const limit = query.limit ?? limits.pageSizeDefault;
    const items: PresenceView[] = [];
    let after = decodeCursor(UserId, query.cursor);
    for (let chunk = 0; chunk < chunksMax; chunk += 1) {
      const contacts = await this.contacts.listContacts(viewerId, after, chunkSize);
      for (const found of await this.presence.findOnlineAmong(contacts)) {
        items.push(found);
        if (items.length > limit) return toPage(items, limit, (last) => last.userId);
      }
      if (contacts.length < chunkSize) return { items, nextCursor: null };
      after = contacts.at(-1);
    }
    return { items, nextCursor: encodeCursor(after) };
  }
}
