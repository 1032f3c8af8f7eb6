-- Distributes the tables of conversations over the workers of a Citus cluster. Run it once on the coordinator, after `parley migrate` and
-- before there is data. Benefits and limits: docs/operations/scaling.md.
--
--   psql "$DATABASE_URL" --set ON_ERROR_STOP=1 --file deploy/citus/distribute.sql
CREATE EXTENSION IF NOT EXISTS citus;

-- Copied to every worker: the tables that tables of conversations are joined with. Their unique keys do not contain the conversation, so
-- they cannot be distributed by it.
SELECT create_reference_table('users');
SELECT create_reference_table('blocks');
SELECT create_reference_table('conversations');
SELECT create_reference_table('invites');
SELECT create_reference_table('saved_messages');
SELECT create_reference_table('additions');

-- Distributed by conversation, with all rows of a conversation on the same worker.
SELECT create_distributed_table('members', 'conversation_id');
SELECT create_distributed_table('bans', 'conversation_id', colocate_with => 'members');
SELECT create_distributed_table('messages', 'conversation_id', colocate_with => 'members');
SELECT create_distributed_table('message_edits', 'conversation_id', colocate_with => 'members');
SELECT create_distributed_table('message_hides', 'conversation_id', colocate_with => 'members');
SELECT create_distributed_table('message_search', 'conversation_id', colocate_with => 'members');
SELECT create_distributed_table('search_marks', 'conversation_id', colocate_with => 'members');
SELECT create_distributed_table('reactions', 'conversation_id', colocate_with => 'members');
SELECT create_distributed_table('receipt_advances', 'conversation_id', colocate_with => 'members');

-- Everything else stays on the coordinator: sessions, refresh_tokens, operators, audit_log and retention_runs are never joined with a conversation, search_queue is
-- one queue, and the tables of the embedded log (log_*) are empty in cluster mode.
