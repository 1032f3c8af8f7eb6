import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What users decide about being added and about their presence. Direct conversations lose the policies that their creators chose. */
export class UserSettings1765000008000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users
      ADD COLUMN who_may_add text NOT NULL DEFAULT 'everybody',
      ADD COLUMN last_seen text NOT NULL DEFAULT 'contacts',
      ADD COLUMN appear_offline boolean NOT NULL DEFAULT false`);
    await runner.query(
      `UPDATE conversations SET policy = '${directPolicy}'::jsonb WHERE type = 'direct' AND policy <> '${directPolicy}'::jsonb`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN who_may_add, DROP COLUMN last_seen, DROP COLUMN appear_offline');
  }
}

const directPolicy = JSON.stringify({
  post: 'member',
  invite: 'owner',
  pin: 'member',
  editWindowSeconds: 0,
  historyForNewMembers: 'all',
  retentionSeconds: null,
  slowModeSeconds: 0,
});
