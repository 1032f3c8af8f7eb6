import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** `added`: a member without being asked. `requested`: to be answered. `declined`: kept, so that a repeated request does not arrive. */
export type AdditionState = 'added' | 'requested' | 'declined';

/** One row of `additions`: a user added another one to a conversation, or asked to. An accepted request has no row any more. */
@Entity('additions')
@Index('ix_additions_added_by', ['addedBy', 'addedAt'])
@Index('ix_additions_requests', ['userId', 'addedAt', 'conversationId'], { where: "(state = 'requested'::text)" })
@Index('ix_additions_added_at', ['addedAt'])
export class AdditionEntity {
  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'pk_additions' })
  userId!: UserId;

  @PrimaryColumn({ type: 'uuid', name: 'conversation_id', primaryKeyConstraintName: 'pk_additions' })
  conversationId!: ConversationId;

  @Column({ type: 'uuid', name: 'added_by' })
  addedBy!: UserId;

  @Column({ type: 'text' })
  role!: Role;

  @Column({ type: 'text' })
  state!: AdditionState;

  @Column({ type: 'timestamptz', name: 'added_at' })
  addedAt!: Date;
}
