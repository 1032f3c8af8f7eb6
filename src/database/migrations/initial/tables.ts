/**
 * The tables of the first migration. Rules: the primary key of every table that belongs to conversations starts with
 * `conversation_id`, so that it can be partitioned or distributed without a change of queries; `seq` and `rev` are `integer`; hot
 * tables have no foreign keys, because the commit point has checked them and each check costs an index lookup per row.
 */
export const createUsers = [
  'CREATE EXTENSION IF NOT EXISTS pg_trgm',
  `CREATE TABLE users (
    id uuid NOT NULL,
    username text NOT NULL,
    display_name text NOT NULL,
    avatar_url text,
    metadata jsonb NOT NULL DEFAULT '{}',
    password_hash text,
    is_guest boolean NOT NULL DEFAULT false,
    external_issuer text,
    external_subject text,
    disabled_at timestamptz,
    last_seen_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_username UNIQUE (username),
    CONSTRAINT uq_users_external UNIQUE (external_issuer, external_subject)
  )`,
  "CREATE INDEX ix_users_search ON users USING gin ((username || ' ' || lower(display_name)) gin_trgm_ops)",
  `CREATE TABLE sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    user_agent text,
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT fk_sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`,
  'CREATE INDEX ix_sessions_user ON sessions (user_id)',
  `CREATE TABLE refresh_tokens (
    token_hash bytea NOT NULL,
    session_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    spent_at timestamptz,
    CONSTRAINT pk_refresh_tokens PRIMARY KEY (token_hash),
    CONSTRAINT fk_refresh_tokens_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
  )`,
  'CREATE INDEX ix_refresh_tokens_session ON refresh_tokens (session_id)',
  `CREATE TABLE blocks (
    user_id uuid NOT NULL,
    blocked_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_blocks PRIMARY KEY (user_id, blocked_id),
    CONSTRAINT fk_blocks_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_blocks_blocked FOREIGN KEY (blocked_id) REFERENCES users (id) ON DELETE CASCADE
  )`,
  `CREATE TABLE operators (
    username text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_operators PRIMARY KEY (username)
  )`,
];

export const createConversations = [
  // Every persisted batch updates marks and counts in `conversations` and `members`, but no indexed column. Free space on the page
  // keeps the new row version there (HOT update), and vacuum starts before a twentieth of the rows is dead.
  `CREATE TABLE conversations (
    id uuid NOT NULL,
    type text NOT NULL,
    name text,
    title text,
    visibility text NOT NULL,
    policy jsonb NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    direct_key text,
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    settings_rev integer NOT NULL DEFAULT 1,
    last_seq integer NOT NULL DEFAULT 0,
    last_rev integer NOT NULL DEFAULT 1,
    last_message_at timestamptz,
    member_count integer NOT NULL DEFAULT 0,
    CONSTRAINT pk_conversations PRIMARY KEY (id),
    CONSTRAINT uq_conversations_name UNIQUE (name),
    CONSTRAINT uq_conversations_direct_key UNIQUE (direct_key)
  ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)`,
  "CREATE INDEX ix_conversations_public ON conversations (created_at, id) WHERE visibility = 'public' AND deleted_at IS NULL",
  `CREATE TABLE members (
    conversation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    joined_at timestamptz NOT NULL,
    joined_seq integer NOT NULL DEFAULT 0,
    delivered_seq integer NOT NULL DEFAULT 0,
    read_seq integer NOT NULL DEFAULT 0,
    uncounted integer NOT NULL DEFAULT 0,
    rev integer NOT NULL,
    left_at timestamptz,
    left_reason text,
    CONSTRAINT pk_members PRIMARY KEY (conversation_id, user_id)
  ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)`,
  'CREATE INDEX ix_members_user ON members (user_id, conversation_id) WHERE left_at IS NULL',
  'CREATE INDEX ix_members_rev ON members (conversation_id, rev)',
  // For pages of the members of a large room, in the order in which they joined.
  'CREATE INDEX ix_members_joined ON members (conversation_id, joined_at, user_id) WHERE left_at IS NULL',
  `CREATE TABLE invites (
    code text NOT NULL,
    conversation_id uuid NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    max_uses integer,
    uses integer NOT NULL DEFAULT 0,
    CONSTRAINT pk_invites PRIMARY KEY (code)
  )`,
  'CREATE INDEX ix_invites_conversation ON invites (conversation_id)',
  `CREATE TABLE bans (
    conversation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    banned_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_bans PRIMARY KEY (conversation_id, user_id)
  )`,
];

export const createMessages = [
  `CREATE TABLE messages (
    conversation_id uuid NOT NULL,
    seq integer NOT NULL,
    id uuid NOT NULL,
    rev integer NOT NULL,
    client_id uuid NOT NULL,
    sender_id uuid NOT NULL,
    body_hash bytea NOT NULL,
    text text,
    reply_to integer,
    mentions uuid[] NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}',
    pinned_at timestamptz,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    CONSTRAINT pk_messages PRIMARY KEY (conversation_id, seq),
    CONSTRAINT uq_messages_client_id UNIQUE (conversation_id, sender_id, client_id),
    CONSTRAINT ck_messages_text CHECK (octet_length(text) <= 262144)
  )`,
  'CREATE INDEX ix_messages_rev ON messages (conversation_id, rev)',
  'CREATE INDEX ix_messages_replies ON messages (conversation_id, reply_to, seq) WHERE reply_to IS NOT NULL',
  'CREATE INDEX ix_messages_pins ON messages (conversation_id, pinned_at, seq) WHERE pinned_at IS NOT NULL',
  // Search has a copy of the texts, written after persisting: a trigram index on `messages` itself cut the rate of inserts to a fifth.
  `CREATE TABLE message_search (
    conversation_id uuid NOT NULL,
    seq integer NOT NULL,
    text text NOT NULL,
    CONSTRAINT pk_message_search PRIMARY KEY (conversation_id, seq)
  )`,
  'CREATE INDEX ix_message_search_text ON message_search USING gin (text gin_trgm_ops)',
  `CREATE TABLE search_queue (
    conversation_id uuid NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT pk_search_queue PRIMARY KEY (conversation_id)
  )`,
  `CREATE TABLE search_marks (
    conversation_id uuid NOT NULL,
    rev integer NOT NULL,
    CONSTRAINT pk_search_marks PRIMARY KEY (conversation_id)
  )`,
  `CREATE TABLE message_edits (
    conversation_id uuid NOT NULL,
    seq integer NOT NULL,
    rev integer NOT NULL,
    text text,
    replaced_at timestamptz NOT NULL,
    CONSTRAINT pk_message_edits PRIMARY KEY (conversation_id, seq, rev)
  )`,
  `CREATE TABLE message_hides (
    conversation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    seq integer NOT NULL,
    rev integer NOT NULL,
    hidden_at timestamptz NOT NULL,
    CONSTRAINT pk_message_hides PRIMARY KEY (conversation_id, user_id, seq)
  )`,
  `CREATE TABLE reactions (
    conversation_id uuid NOT NULL,
    seq integer NOT NULL,
    emoji text NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_reactions PRIMARY KEY (conversation_id, seq, emoji, user_id)
  )`,
  `CREATE TABLE receipt_advances (
    conversation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    up_to_seq integer NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_receipt_advances PRIMARY KEY (conversation_id, user_id, kind, up_to_seq)
  )`,
];

export const createLog = [
  // One row per group commit. Not compressed: the row lives for a moment, and compressing costs more than writing it. Nearly all
  // rows are dead at any time, so vacuum starts at a number of dead rows instead of a share of the live ones. Every group commit
  // updates `log_position`: the free space keeps the new row version on its page (HOT update).
  `CREATE TABLE log_groups (
    position bigint NOT NULL,
    entries text STORAGE EXTERNAL NOT NULL,
    CONSTRAINT pk_log_groups PRIMARY KEY (position)
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_threshold = -1)`,
  `CREATE TABLE log_position (
    is_only boolean NOT NULL DEFAULT true,
    position bigint NOT NULL,
    CONSTRAINT pk_log_position PRIMARY KEY (is_only),
    CONSTRAINT ck_log_position_only CHECK (is_only)
  ) WITH (fillfactor = 10)`,
  'INSERT INTO log_position (position) VALUES (0)',
  `CREATE TABLE log_parked (
    conversation_id uuid NOT NULL,
    rev integer NOT NULL,
    entry text NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL,
    CONSTRAINT pk_log_parked PRIMARY KEY (conversation_id, rev)
  )`,
  // One row per shard: the entry that is being persisted on its own, and how many processes have started with it.
  `CREATE TABLE persist_attempts (
    shard integer NOT NULL,
    conversation_id uuid NOT NULL,
    rev integer NOT NULL,
    process uuid NOT NULL,
    attempts integer NOT NULL,
    CONSTRAINT pk_persist_attempts PRIMARY KEY (shard)
  ) WITH (fillfactor = 10)`,
  `CREATE TABLE parley_meta (
    key text NOT NULL,
    value text NOT NULL,
    CONSTRAINT pk_parley_meta PRIMARY KEY (key)
  )`,
  "INSERT INTO parley_meta (key, value) VALUES ('epoch', gen_random_uuid()::text)",
];
