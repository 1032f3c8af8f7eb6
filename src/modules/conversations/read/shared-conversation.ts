import type { Conversation, Membership, Permission, Role } from '#contracts/conversations/schemas.js';
import { permissionsOf } from '../domain/permissions.js';
import { type ConversationRow, presentConversation, type ShownHead } from './conversation-row.js';

/** The part of a conversation that all viewers see alike, built once for all viewers who ask at the same time. */
export class SharedConversation {
  private readonly shown: Conversation;
  private readonly permissions = new Map<string, Permission[]>();

  constructor(readonly row: ConversationRow) {
    this.shown = presentConversation(row, { epoch: '', seq: row.last_seq, rev: row.last_rev }, null);
  }

  /** The conversation as one viewer sees it. */
  present({ epoch, seq, rev }: ShownHead, me: Membership | null): Conversation {
    return { ...this.shown, epoch, seq, rev, me };
  }

  /** The permissions of a role here; computed once per role. */
  permissionsOf(role: Role, silenced: boolean): Permission[] {
    const key = `${role} ${silenced}`;
    const known = this.permissions.get(key);
    if (known !== undefined) return known;
    const { type, policy } = this.row;
    const permissions = permissionsOf({ type, policy, role, silenced });
    this.permissions.set(key, permissions);
    return permissions;
  }
}
