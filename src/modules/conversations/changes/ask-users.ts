import { Injectable } from '@nestjs/common';
import type { Role } from '#contracts/conversations/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { RateLimits } from '#platform/rate-limits.js';
import { Emitter } from '../../realtime/emitter.js';
import { UserSettings } from '../../users/user-settings.js';
import { Contacts } from '../contacts.js';
import { presentRequest } from '../infra/additions.js';
import type { ConversationRow } from '../read/conversation-row.js';

/** New requests: the users they reach, and what they offer. */
interface NewRequests {
  readonly userIds: readonly UserId[];
  readonly role: Role;
  readonly at: Date;
}

/** Decides which users an actor may add, and which ones they may only ask. Every way of adding a user goes through here. */
@Injectable()
export class AskUsers {
  constructor(
    private readonly settings: UserSettings,
    private readonly contacts: Contacts,
    private readonly limits: RateLimits,
    private readonly emitter: Emitter,
  ) {}

  /**
   * The users that the actor may not add but may ask, because of the users' settings. Charges one addition for each user. Throws
   * `rateLimited`.
   */
  async findAsked(actorId: UserId, userIds: readonly UserId[]): Promise<Set<UserId>> {
    if (userIds.length === 0) return new Set();
    await this.limits.takePoints('additions', actorId, userIds.length);
    const settings = await this.settings.findAll(userIds);
    const forContacts = userIds.filter((id) => settings.get(id)?.whoMayAdd === 'contacts');
    const contacts = await this.contacts.findContacts(actorId, forContacts);
    const forNobody = userIds.filter((id) => settings.get(id)?.whoMayAdd === 'nobody');
    return new Set([...forNobody, ...forContacts.filter((id) => !contacts.has(id))]);
  }

  /** Sends the requests to the users they reach. */
  announceRequests(
    actorId: UserId,
    conversation: Pick<ConversationRow, 'id' | 'type' | 'name' | 'title'>,
    { userIds, role, at }: NewRequests,
  ): void {
    const request = presentRequest(conversation, { added_by: actorId, role, added_at: at });
    for (const userId of userIds) this.emitter.toUser(userId, 'conversation.inviteRequested', request);
  }
}
