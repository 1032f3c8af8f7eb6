import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { User } from '#contracts/users/schemas.js';
import { Database } from '../../../database/database.js';
import { clock } from '#platform/clock/clock.js';
import { Batcher } from '#platform/batcher.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { newId } from '#platform/ids.js';
import { OnUserCreated } from '../../users/on-user-created.js';
import { memberJoined } from '../changes/member-joined.js';
import { RunChange } from '../changes/run-change.js';
import { lobbyName } from '../domain/unique-keys.js';
import { policyOf } from '../domain/policy.js';
import { insertConversation } from '../infra/new-conversation.js';

const batchMax = 200;

/**
 * The public channel that every user joins and may post in. It has no owner. New users join before their registration is answered;
 * all users who register while a change is in flight share the next one. A user who left is not added again.
 */
@Injectable()
export class Lobby implements OnApplicationBootstrap {
  private readonly logger = new Logger(Lobby.name);
  private readonly newUsers = new Batcher<UserId>(async (userIds) => this.addUsers(await this.ensureLobby(), userIds), batchMax);
  private id: ConversationId | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly runChange: RunChange,
  ) {}

  @OnUserCreated()
  async addNewUser({ id }: User): Promise<void> {
    if (this.config.lobbyEnabled) await this.newUsers.addItem(id);
  }

  /** Creates the lobby if there is none, and adds the users who are missing: from a time when it was off, or after a failed start. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.lobbyEnabled) return;
    const id = await this.ensureLobby();
    for (;;) {
      const missing = await this.findMissingUsers(id);
      if (missing.length === 0) break;
      await this.addUsers(id, missing);
    }
  }

  private addUsers(id: ConversationId, userIds: readonly UserId[]): Promise<void> {
    return this.runChange.execute(id, async (state) => {
      const known = await state.everMembers(userIds);
      const newcomers = userIds.filter((userId) => !known.has(userId));
      return {
        changes: newcomers.map((userId) => memberJoined(state, { userId, role: 'member', actorId: userId })),
        answer: () => undefined,
      };
    });
  }

  private async ensureLobby(): Promise<ConversationId> {
    this.id ??= (await this.findLobby()) ?? (await this.createLobby());
    return this.id;
  }

  /** Two processes may start at once: the name is unique, so one of them creates the lobby and both find it. */
  private async createLobby(): Promise<ConversationId> {
    const id = newId<ConversationId>();
    const createdAt = clock.date();
    const policy = policyOf('channel', { post: 'member' });
    const rest = { title: 'Lobby', metadata: {}, directKey: null, createdBy: null, createdAt, members: [] };
    await this.database.transaction((tx) =>
      insertConversation(tx, { id, type: 'channel', name: lobbyName, visibility: 'public', policy, ...rest }),
    );
    const made = await this.findLobby();
    if (made === undefined) throw new Error(`a conversation named "${lobbyName}" is in the way of the lobby: rename it, or set LOBBY=off`);
    if (made === id) this.logger.log(`created the lobby ${id}`);
    return made;
  }

  private async findLobby(): Promise<ConversationId | undefined> {
    const [row] = await this.database.query<{ id: ConversationId }>(
      "SELECT id FROM conversations WHERE name = $1 AND type = 'channel' AND visibility = 'public' AND created_by IS NULL AND deleted_at IS NULL",
      [lobbyName],
    );
    return row?.id;
  }

  private async findMissingUsers(id: ConversationId): Promise<UserId[]> {
    const rows = await this.database.query<{ id: UserId }>(
      `SELECT u.id FROM users u WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.conversation_id = $1 AND m.user_id = u.id)
       ORDER BY u.id LIMIT $2`,
      [id, batchMax],
    );
    return rows.map((row) => row.id);
  }
}
