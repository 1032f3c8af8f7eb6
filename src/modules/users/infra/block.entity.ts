import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { UserId } from '#contracts/primitives.js';
import { UserEntity } from './user.entity.js';

/** One row of `blocks`: the user `userId` has blocked the user `blockedId`. */
@Entity('blocks')
@Index('ix_blocks_blocked', ['blockedId', 'userId'])
export class BlockEntity {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'pk_blocks' })
  @ForeignKey(() => UserEntity, { name: 'fk_blocks_user', onDelete: 'CASCADE' })
  userId!: UserId;

  @PrimaryColumn('uuid', { name: 'blocked_id', primaryKeyConstraintName: 'pk_blocks' })
  @ForeignKey(() => UserEntity, { name: 'fk_blocks_blocked', onDelete: 'CASCADE' })
  blockedId!: UserId;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
