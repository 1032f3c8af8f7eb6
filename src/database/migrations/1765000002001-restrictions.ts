import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Mutes, and bans that end by themselves or have a reason. */
export class Restrictions1765000002001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE bans ALTER COLUMN banned_by DROP NOT NULL, ADD COLUMN banned_until timestamptz, ADD COLUMN reason text',
    );
    await runner.query('CREATE INDEX ix_bans_created ON bans (conversation_id, created_at, user_id)');
    await runner.query(`ALTER TABLE members ADD COLUMN muted_at timestamptz, ADD COLUMN muted_until timestamptz,
      ADD COLUMN muted_by uuid, ADD COLUMN mute_reason text`);
    await runner.query('CREATE INDEX ix_members_muted ON members (conversation_id, muted_at, user_id) WHERE muted_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_members_muted');
    await runner.query('ALTER TABLE members DROP COLUMN muted_at, DROP COLUMN muted_until, DROP COLUMN muted_by, DROP COLUMN mute_reason');
    await runner.query('DROP INDEX ix_bans_created');
    await runner.query('DELETE FROM bans WHERE banned_by IS NULL');
    await runner.query('ALTER TABLE bans DROP COLUMN banned_until, DROP COLUMN reason, ALTER COLUMN banned_by SET NOT NULL');
  }
}
