import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The only row of `log_position`: the position of the newest group. A writer that expects another position cannot append. */
@Entity('log_position')
@Check('ck_log_position_only', 'is_only')
export class LogPositionEntity {
  /** Always true: the table has one row. */
  @PrimaryColumn('boolean', { name: 'is_only', default: true, primaryKeyConstraintName: 'pk_log_position' })
  isOnly!: boolean;

  @Column('bigint')
  position!: number;
}
