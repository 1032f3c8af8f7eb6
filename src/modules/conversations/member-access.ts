import type { ConversationType, Permission, Policy, Role, Visibility } from '#contracts/conversations/schemas.js';
import { isInView } from '#contracts/conversations/is-in-view.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { permissionsOf } from './domain/permissions.js';
import type { HistoryFloor } from './history-floor.js';

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
  /** In a direct conversation: one user has blocked the other. */
  readonly blocked: boolean;
}

/** What one member may do in one conversation, and from which `seq` on they see it. Made by `Access`; only what expires changes it. */
export class MemberAccess {
  readonly userId: UserId;
  readonly role: Role;
  readonly joinedSeq: number;
  readonly blocked: boolean;
  /** The lowest `seq` this member may see by the rule for new members: 1, or the first one after they joined. */
  private readonly memberFromSeq: number;
  /** In the order of the contract. */
  readonly permissions: readonly Permission[];

  constructor(
    readonly conversation: ConversationFacts,
    member: MembershipFacts,
  ) {
    this.userId = member.userId;
    this.role = member.role;
    this.joinedSeq = member.joinedSeq;
    this.blocked = member.blocked;
    this.memberFromSeq = member.visibleFromSeq;
    this.permissions = permissionsOf({ type: conversation.type, policy: conversation.policy, role: member.role, blocked: member.blocked });
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

  /** Whether the member has the permission. */
  can(permission: Permission): boolean {
    return this.permissions.includes(permission);
  }

  /** Throws `forbidden` without the permission. */
  require(permission: Permission): void {
    if (!this.can(permission)) throw new AppError('forbidden', { detail: `this needs the permission "${permission}"` });
  }
}
