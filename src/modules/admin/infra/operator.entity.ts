import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row of `operators`. */
@Entity('operators')
export class OperatorEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_operators' })
  username!: string;

  /** PHC string of argon2id. */
  @Column('text', { name: 'password_hash' })
  passwordHash!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
