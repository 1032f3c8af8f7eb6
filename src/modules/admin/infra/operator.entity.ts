import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row of `operators`: a person who may log in to the admin pages. */
@Entity('operators')
export class OperatorEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_operators' })
  username!: string;

  /** The argon2id hash as a PHC string. */
  @Column('text', { name: 'password_hash' })
  passwordHash!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
