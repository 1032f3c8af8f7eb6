import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Names are unique among public conversations only: a conflict with a private name would reveal that it exists. */
export class PublicNames1765000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE conversations DROP CONSTRAINT uq_conversations_name');
    await runner.query("CREATE UNIQUE INDEX uq_conversations_name ON conversations (name) WHERE visibility = 'public'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX uq_conversations_name');
    await runner.query('ALTER TABLE conversations ADD CONSTRAINT uq_conversations_name UNIQUE (name)');
  }
}
