import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row of `log_groups`: the entries of one group commit, kept until all of them are persisted. */
@Entity('log_groups')
export class LogGroupEntity {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'pk_log_groups' })
  position!: number;

  /** The entries as JSON, uncompressed (`STORAGE EXTERNAL`), because the row lives only for a moment. */
  @Column('text')
  entries!: string;
}
