import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row of `parley_meta`: the log's epoch and other facts about this installation. */
@Entity('parley_meta')
export class ParleyMetaEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_parley_meta' })
  key!: string;

  @Column('text')
  value!: string;
}
