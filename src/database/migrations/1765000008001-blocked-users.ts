import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Blocks are looked up from both sides: neither user sees the other's presence, typing and receipts. */
export class BlockedUsers1765000008001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX ix_blocks_blocked ON blocks (blocked_id, user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_blocks_blocked');
  }
}
