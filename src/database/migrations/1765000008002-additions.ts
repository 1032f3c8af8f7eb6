import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who added which users where, or asked to, so that users can decide about requests and unanswered additions are bounded. */
export class Additions1765000008002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE additions (
      user_id uuid NOT NULL,
      conversation_id uuid NOT NULL,
      added_by uuid NOT NULL,
      role text NOT NULL,
      state text NOT NULL,
      added_at timestamptz NOT NULL,
      CONSTRAINT pk_additions PRIMARY KEY (user_id, conversation_id)
    )`);
    await runner.query('CREATE INDEX ix_additions_added_by ON additions (added_by, added_at)');
    await runner.query("CREATE INDEX ix_additions_requests ON additions (user_id, added_at, conversation_id) WHERE state = 'requested'");
    await runner.query('CREATE INDEX ix_additions_added_at ON additions (added_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE additions');
  }
}
