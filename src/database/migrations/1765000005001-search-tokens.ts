import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Search by words that the application splits and folds, so that the index does not depend on the letters that the locale of the
 * database knows. The search indexer fills the table again from all messages, in batches; meanwhile search finds what is there.
 */
export class SearchTokens1765000005001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_message_search_text');
    await runner.query('TRUNCATE message_search, search_marks');
    await runner.query('ALTER TABLE message_search DROP text, ADD folded text NOT NULL, ADD tokens tsvector NOT NULL');
    await runner.query('CREATE INDEX ix_message_search_tokens ON message_search USING gin (tokens)');
    await this.queueAll(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_message_search_tokens');
    await runner.query('TRUNCATE message_search, search_marks');
    await runner.query('ALTER TABLE message_search DROP folded, DROP tokens, ADD text text NOT NULL');
    await runner.query('CREATE INDEX ix_message_search_text ON message_search USING gin (text gin_trgm_ops)');
    await this.queueAll(runner);
  }

  private async queueAll(runner: QueryRunner): Promise<void> {
    await runner.query(
      'INSERT INTO search_queue (conversation_id, since) SELECT id, now() FROM conversations WHERE last_seq > 0 ON CONFLICT DO NOTHING',
    );
  }
}
