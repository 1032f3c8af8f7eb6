import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Gives conversations that have lost their last owner a new one, deletes those without members, and makes the log of what operators see
 * and do.
 */
export class Owners1765000002002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const isOrdinary = "c.type <> 'direct' AND c.deleted_at IS NULL AND NOT (c.created_by IS NULL AND c.name = 'lobby')";
    const present = 'SELECT 1 FROM members m WHERE m.conversation_id = c.id AND m.left_at IS NULL';
    await runner.query(`UPDATE conversations c SET deleted_at = now(), updated_at = now(), name = NULL, member_count = 0
      WHERE ${isOrdinary} AND NOT EXISTS (${present})`);
    await runner.query('DELETE FROM invites i USING conversations c WHERE c.id = i.conversation_id AND c.deleted_at IS NOT NULL');
    await runner.query(`UPDATE members o SET role = 'owner' FROM (
        SELECT DISTINCT ON (m.conversation_id) m.conversation_id, m.user_id FROM members m JOIN conversations c ON c.id = m.conversation_id
        WHERE m.left_at IS NULL AND ${isOrdinary} AND NOT EXISTS (${present} AND m.role = 'owner')
        ORDER BY m.conversation_id, array_position(ARRAY['owner', 'admin', 'moderator', 'member', 'readonly'], m.role), m.joined_at, m.user_id
      ) chosen
      WHERE o.conversation_id = chosen.conversation_id AND o.user_id = chosen.user_id`);
    await runner.query(`CREATE TABLE audit_log (
      id uuid NOT NULL,
      at timestamptz NOT NULL,
      operator text NOT NULL,
      address text NOT NULL,
      action text NOT NULL,
      conversation_id uuid,
      user_id uuid,
      seq integer,
      outcome text,
      CONSTRAINT pk_audit_log PRIMARY KEY (id)
    )`);
    await runner.query('CREATE INDEX ix_audit_log_conversation ON audit_log (conversation_id, id) WHERE conversation_id IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_log');
  }
}
