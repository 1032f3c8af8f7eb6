import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages that users saved for themselves. They may name messages that are not persisted yet, so there is no foreign key. */
export class SavedMessages1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE saved_messages (
      user_id uuid NOT NULL,
      conversation_id uuid NOT NULL,
      seq integer NOT NULL,
      saved_at timestamptz NOT NULL,
      CONSTRAINT pk_saved_messages PRIMARY KEY (user_id, conversation_id, seq)
    )`);
    await runner.query('CREATE INDEX ix_saved_messages_user ON saved_messages (user_id, saved_at, conversation_id, seq)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE saved_messages');
  }
}
