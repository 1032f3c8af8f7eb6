import type { ConversationType, Permission, Policy, Role, Visibility } from '#contracts/conversations/schemas.js';
import { isInView } from '#contracts/conversations/is-in-view.js';
import { type ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { permissionsOf } from './domain/permissions.js';
import type { HistoryFloor } from './history-floor.js';
import { mayRemove } from './domain/member-rules.js';
import type { Mute } from './mute.js';

/**
 * Stands for an operator where a change names its actor: operators are not users. No user has this id, because ids of users are UUIDs
 * of version 7. `Access` gives it every permission, so it must never come from a request.
 */
export const operatorId = UserId.parse('00000000-0000-0000-0000-000000000000');

/** The user who acted, or null if it was an operator. */
export function userOrNull(actorId: UserId): UserId | null {
  return actorId === operatorId ? null : actorId;
}

/** The facts that decide about access and are the same for all members of a conversation. */
export interface ConversationFacts {
  readonly id: ConversationId;
  readonly type: ConversationType;
  readonly name: string | null;
  readonly visibility: Visibility;
  readonly policy: Policy;
  readonly createdBy: UserId | null;
  /** Both users of a direct conversation, else null. */
  readonly peers: readonly [UserId, UserId] | null;
  /** Where the history that has not expired begins; absent while nothing expires. */
  readonly floor?: HistoryFloor | undefined;
}

/** The facts that decide about one member's access. */
export interface MembershipFacts {
  readonly userId: UserId;
  readonly role: Role;
  /** The newest `seq` when they joined. */
  readonly joinedSeq: number;
  /** The lowest `seq` they may see: decided by the policy when they joined. */
  readonly visibleFromSeq: number;
  /** In a direct conversation: one user has blocked the other, or has not accepted it yet. */
  readonly blocked: boolean;
  /** The member may read but not write until it ends. */
  readonly mute: Mute | null;
}

/** What one member may do in one conversation, and from which `seq` on they see it. Made by `Access`; only what expires changes it. */
export class MemberAccess {
  readonly userId: UserId;
  readonly role: Role;
  readonly joinedSeq: number;
  readonly blocked: boolean;
  /** The lowest `seq` this member may see by the rule for new members: 1, or the first one after they joined. */
  private readonly memberFromSeq: number;
  readonly mute: Mute | null;
  private readonly permissions: readonly Permission[];
  private readonly permissionsWhileMuted: readonly Permission[];

  constructor(
    readonly conversation: ConversationFacts,
    member: MembershipFacts,
  ) {
    this.userId = member.userId;
    this.role = member.role;
    this.joinedSeq = member.joinedSeq;
    this.blocked = member.blocked;
    this.mute = member.mute;
    this.memberFromSeq = member.visibleFromSeq;
    const context = { type: conversation.type, policy: conversation.policy, role: member.role };
    this.permissions = permissionsOf({ ...context, silenced: member.blocked });
    this.permissionsWhileMuted = member.mute === null ? this.permissions : permissionsOf({ ...context, silenced: true });
  }

  /** The lowest `seq` this member may see now: what the rule for new members shows them, without what has expired. Ask `canSee`. */
  get visibleFromSeq(): number {
    const { floor } = this.conversation;
    return floor === undefined ? this.memberFromSeq : Math.max(this.memberFromSeq, floor.seq);
  }

  /** Whether the member may see the message with this `seq`, and what happens to it. */
  canSee(seq: number): boolean {
    return isInView(this.visibleFromSeq, seq);
  }

  /** Throws `message.notFound` if the member may not see the message. */
  requireSight(seq: number): void {
    if (!this.canSee(seq)) throw new AppError('message.notFound');
  }

  /** Whether the member has the permission now: a mute ends by itself. */
  can(permission: Permission): boolean {
    return (this.isMuted() ? this.permissionsWhileMuted : this.permissions).includes(permission);
  }

  /** Whether the member is muted now. */
  isMuted(): boolean {
    return this.mute !== null && performance.now() < this.mute.endsAtMs;
  }

  /** Whether the member may remove, ban and mute members of this role. */
  hasPowerOver(role: Role): boolean {
    return mayRemove(this.role, role);
  }

  /** Throws `forbidden` without the permission. */
  require(permission: Permission): void {
    if (this.can(permission)) return;
    if (this.permissions.includes(permission)) this.requireVoice();
    throw new AppError('forbidden', { detail: `this needs the permission "${permission}"` });
  }

  /** Throws `forbidden` while the member is muted. */
  requireVoice(): void {
    if (this.mute === null || !this.isMuted()) return;
    const { until, reason } = this.mute;
    const end = until === null ? '' : ` until ${until.toISOString()}`;
    throw new AppError('forbidden', { detail: `you are muted in this conversation${end}${reason === null ? '' : `: ${reason}`}` });
  }
}

/** What an operator may do in a conversation: everything, to members of every role, and without being a member. */
export class OperatorAccess extends MemberAccess {
  constructor(conversation: ConversationFacts) {
    super(conversation, { userId: operatorId, role: 'owner', joinedSeq: 0, visibleFromSeq: 1, blocked: false, mute: null });
  }

  override can(): boolean {
    return true;
  }

  override hasPowerOver(): boolean {
    return true;
  }
}
