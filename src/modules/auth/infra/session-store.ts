import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, Repository } from 'typeorm';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { crowdIntervalMs, BatchedReads } from '#platform/batched-reads.js';
import { Database, type Transaction } from '../../../database/database.js';
import { SessionEntity } from './session.entity.js';

/** The facts that decide whether a session's caller is admitted. */
export interface SessionState {
  readonly userId: UserId;
  /** Neither is the session revoked nor its user disabled. */
  readonly isOpen: boolean;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export type NewSession = Pick<SessionEntity, 'id' | 'userId' | 'userAgent' | 'expiresAt'>;

export interface NewRefreshToken {
  readonly hash: Buffer;
  readonly expiresAt: Date;
}

interface StateRow {
  readonly id: SessionId;
  readonly user_id: UserId;
  readonly is_open: boolean;
  readonly expires_at: Date;
}

interface TokenRow {
  readonly session_id: SessionId;
  readonly user_id: UserId;
  readonly is_open: boolean;
  readonly is_expired: boolean;
  readonly is_spent: boolean;
  readonly is_in_grace: boolean;
}

/** The outcome of an attempt to rotate a refresh token. */
export type Rotation =
  /** `repeated`: the token was spent a moment ago, and the next one that was stored then is still unused. */
  | { readonly outcome: 'rotated' | 'repeated'; readonly userId: UserId; readonly sessionId: SessionId }
  | { readonly outcome: 'reused'; readonly sessionId: SessionId }
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'refused' };

/** Sessions and their refresh tokens in Postgres. */
@Injectable()
export class SessionStore {
  private readonly states = new BatchedReads((ids: readonly SessionId[]) => this.queryStates(ids), { intervalMs: crowdIntervalMs });

  constructor(
    @InjectRepository(SessionEntity) private readonly sessions: Repository<SessionEntity>,
    private readonly database: Database,
  ) {}

  /** Stores a session together with its first refresh token. */
  async insertSession(session: NewSession, token: NewRefreshToken): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(
        'INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, user_agent) VALUES ($1, $2, now(), now(), $3, $4)',
        [session.id, session.userId, session.expiresAt, session.userAgent],
      );
      await insertToken(tx, session.id, token);
    });
  }

  /** Stores or prolongs the session of an outside issuer's token; it lives as long as its latest token. A revoked session stays revoked. */
  async upsertExternalSession(session: Omit<NewSession, 'userAgent'>): Promise<void> {
    await this.database.query(
      `INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at) VALUES ($1, $2, now(), now(), $3)
       ON CONFLICT (id) DO UPDATE SET last_used_at = now(), expires_at = greatest(sessions.expires_at, excluded.expires_at)`,
      [session.id, session.userId, session.expiresAt],
    );
  }

  /** The state of a session and its user, or null for an unknown session. Concurrent calls share a read. */
  async readState(id: SessionId): Promise<SessionState | null> {
    return (await this.states.readOne(id)) ?? null;
  }

  /** Whether the session is or was the user's, revoked or not. */
  hasSession(userId: UserId, id: SessionId): Promise<boolean> {
    return this.sessions.existsBy({ id, userId });
  }

  /** A repeat keeps the first time. */
  async revokeSession(id: SessionId): Promise<void> {
    await this.sessions.update({ id, revokedAt: IsNull() }, { revokedAt: clock.date() });
  }

  /**
   * Spends the token and stores the next one. Of two calls at once with one token, the second waits for the row's lock and then
   * finds the token spent. Within the grace period, and while the next token is unused, that is a repetition. Later it is a reuse: the
   * same transaction revokes the session. Times are those of the database.
   */
  rotateToken(hash: Buffer, next: NewRefreshToken, sessionExpiresAt: Date, graceSeconds: number): Promise<Rotation> {
    return this.database.transaction(async (tx): Promise<Rotation> => {
      const token = await lockToken(tx, hash, graceSeconds);
      if (token?.is_open !== true) return { outcome: 'refused' };
      const sessionId = token.session_id;
      if (token.is_spent) {
        if (token.is_in_grace && (await isUnused(tx, next.hash))) return { outcome: 'repeated', userId: token.user_id, sessionId };
        await tx.query('UPDATE sessions SET revoked_at = now() WHERE id = $1', [sessionId]);
        return { outcome: 'reused', sessionId };
      }
      if (token.is_expired) return { outcome: 'expired' };
      await tx.query('UPDATE refresh_tokens SET spent_at = now() WHERE token_hash = $1', [hash]);
      await tx.query('UPDATE sessions SET last_used_at = now(), expires_at = greatest(expires_at, $2) WHERE id = $1', [
        sessionId,
        sessionExpiresAt,
      ]);
      await insertToken(tx, sessionId, next);
      return { outcome: 'rotated', userId: token.user_id, sessionId };
    });
  }

  private async queryStates(ids: readonly SessionId[]): Promise<Map<SessionId, SessionState>> {
    const rows = await this.database.prepared<StateRow>(
      'session_states',
      `SELECT s.id, s.user_id, s.expires_at, s.revoked_at IS NULL AND u.disabled_at IS NULL AS is_open
       FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ANY ($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, { userId: row.user_id, isOpen: row.is_open, expiresAt: row.expires_at.getTime() }]));
  }
}

async function lockToken(tx: Transaction, hash: Buffer, graceSeconds: number): Promise<TokenRow | undefined> {
  const [row] = await tx.query<TokenRow>(
    `SELECT t.session_id, s.user_id, s.revoked_at IS NULL AND u.disabled_at IS NULL AS is_open, t.expires_at <= clock_timestamp() AS is_expired,
       t.spent_at IS NOT NULL AS is_spent, COALESCE(t.spent_at > clock_timestamp() - make_interval(secs => $2), false) AS is_in_grace
     FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
     WHERE t.token_hash = $1 FOR UPDATE OF t, s`,
    [hash, graceSeconds],
  );
  return row;
}

async function isUnused(tx: Transaction, hash: Buffer): Promise<boolean> {
  const [row] = await tx.query<{ is_unused: boolean }>('SELECT spent_at IS NULL AS is_unused FROM refresh_tokens WHERE token_hash = $1', [
    hash,
  ]);
  return row?.is_unused === true;
}

async function insertToken(tx: Transaction, sessionId: SessionId, token: NewRefreshToken): Promise<void> {
  await tx.query('INSERT INTO refresh_tokens (token_hash, session_id, created_at, expires_at) VALUES ($1, $2, now(), $3)', [
    token.hash,
    sessionId,
    token.expiresAt,
  ]);
}
