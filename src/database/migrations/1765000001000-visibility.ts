import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Each membership keeps where its view of the history begins, and each receipt where it begins to count. Before, both followed from the
 * present policy and the latest joining, which may differ from those at the time.
 */
export class Visibility1765000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE members ADD COLUMN visible_from_seq integer NOT NULL DEFAULT 1');
    await runner.query(`UPDATE members m SET visible_from_seq = m.joined_seq + 1 FROM conversations c
      WHERE c.id = m.conversation_id AND m.joined_seq > 0 AND c.policy ->> 'historyForNewMembers' = 'fromJoin'`);
    await runner.query('ALTER TABLE receipt_advances ADD COLUMN after_seq integer NOT NULL DEFAULT 0');
    await runner.query(`UPDATE receipt_advances a SET after_seq = m.joined_seq FROM members m
      WHERE m.conversation_id = a.conversation_id AND m.user_id = a.user_id AND m.joined_seq > 0 AND a.up_to_seq > m.joined_seq`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE receipt_advances DROP COLUMN after_seq');
    await runner.query('ALTER TABLE members DROP COLUMN visible_from_seq');
  }
}
