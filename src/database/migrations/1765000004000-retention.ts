import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How far the messages of a conversation have expired and are deleted, the name that a deleted conversation gets back, and the log of the
 * runs that delete. The index on conversations holds only those that such a run may have to look at.
 */
export class Retention1765000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE conversations ADD COLUMN hidden_before_seq integer NOT NULL DEFAULT 1,
      ADD COLUMN deleted_before_seq integer NOT NULL DEFAULT 1, ADD COLUMN former_name text`);
    await runner.query(`CREATE INDEX ix_conversations_retention ON conversations (id)
      WHERE deleted_at IS NOT NULL OR policy ->> 'retentionSeconds' IS NOT NULL OR deleted_before_seq < hidden_before_seq`);
    // For deleting by ranges of messages; both tables get few rows.
    await runner.query('CREATE INDEX ix_message_hides_seq ON message_hides (conversation_id, seq)');
    await runner.query('CREATE INDEX ix_saved_messages_message ON saved_messages (conversation_id, seq)');
    await runner.query(`CREATE TABLE retention_runs (
      id uuid NOT NULL,
      dry_run boolean NOT NULL,
      requested_at timestamptz NOT NULL,
      started_at timestamptz,
      heartbeat_at timestamptz,
      ended_at timestamptz,
      is_live boolean,
      conversations integer NOT NULL DEFAULT 0,
      messages integer NOT NULL DEFAULT 0,
      ranges integer NOT NULL DEFAULT 0,
      purged_conversations integer NOT NULL DEFAULT 0,
      error text,
      CONSTRAINT pk_retention_runs PRIMARY KEY (id),
      CONSTRAINT uq_retention_runs_live UNIQUE (is_live)
    )`);
    await runner.query('CREATE INDEX ix_retention_runs_requested ON retention_runs (requested_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE retention_runs');
    for (const index of ['saved_messages_message', 'message_hides_seq', 'conversations_retention'])
      await runner.query(`DROP INDEX ix_${index}`);
    await runner.query('ALTER TABLE conversations DROP COLUMN hidden_before_seq, DROP COLUMN deleted_before_seq, DROP COLUMN former_name');
  }
}
