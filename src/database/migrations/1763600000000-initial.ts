import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createConversations, createLog, createMessages, createUsers } from './initial/tables.js';

/** The first schema. `down` drops everything; tests of the migration run it, Parley never does. */
export class Initial1763600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...createUsers, ...createConversations, ...createMessages, ...createLog]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables =
      'parley_meta persist_attempts log_parked log_position log_groups receipt_advances reactions message_hides message_edits search_marks search_queue message_search messages bans invites members conversations operators blocks refresh_tokens sessions users';
    for (const table of tables.split(' ')) await runner.query(`DROP TABLE ${table}`);
  }
}
