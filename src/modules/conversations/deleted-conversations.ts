import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Conversation } from '#contracts/conversations/schemas.js';
import { limits } from '#contracts/limits.js';
import type { DeletedConversation } from '#contracts/operations/schemas.js';
import { ConversationId, type Page, type PageQuery, Timestamp } from '#contracts/primitives.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { Database } from '../../database/database.js';
import { decodeCursor } from '../../transport/cursor.js';
import { toPage } from '../../transport/to-page.js';
import { RestoreConversation } from './changes/restore-conversation.js';

interface DeletedRow {
  readonly id: ConversationId;
  readonly type: DeletedConversation['type'];
  readonly former_name: string | null;
  readonly title: string | null;
  readonly deleted_at: Date;
}

const DeletedPosition = z.tuple([Timestamp, ConversationId]);

/** Arguments: $1 seconds in which a deletion can be undone, $2 time and $3 id of the last row of the former page or null, $4 limit. */
const selectDeleted = `
  SELECT id, type, former_name, title, deleted_at FROM conversations
  WHERE deleted_at > now() - make_interval(secs => $1)
    AND ($2::timestamptz IS NULL OR (date_trunc('milliseconds', deleted_at), id) < ($2, $3::uuid))
  ORDER BY date_trunc('milliseconds', deleted_at) DESC, id DESC LIMIT $4`;

/** The conversations whose deletion can still be undone. For operators. */
@Injectable()
export class DeletedConversations {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'deletedConversationUndoSeconds'>,
    private readonly database: Database,
    private readonly restore: RestoreConversation,
  ) {}

  /** The latest deletion first. */
  async listDeleted(query: PageQuery): Promise<Page<DeletedConversation>> {
    const limit = query.limit ?? limits.pageSizeDefault;
    const undoSeconds = this.config.deletedConversationUndoSeconds;
    const [at, id] = decodeCursor(DeletedPosition, query.cursor) ?? [null, null];
    const rows = await this.database.query<DeletedRow>(selectDeleted, [undoSeconds, at, id, limit + 1]);
    const page = toPage(rows, limit, (row) => [row.deleted_at.toISOString(), row.id]);
    return { items: page.items.map((row) => presentDeleted(row, undoSeconds)), nextCursor: page.nextCursor };
  }

  /** Undoes a deletion; a conversation that is not deleted stays as it is. Throws `conversation.notFound`, also when it is too late. */
  restoreConversation(conversationId: ConversationId): Promise<Conversation> {
    return this.restore.execute(conversationId);
  }
}

function presentDeleted(row: DeletedRow, undoSeconds: number): DeletedConversation {
  return {
    id: row.id,
    type: row.type,
    name: row.former_name,
    title: row.title,
    deletedAt: row.deleted_at.toISOString(),
    purgeAt: new Date(row.deleted_at.getTime() + undoSeconds * 1000).toISOString(),
  };
}
