import { Injectable } from '@nestjs/common';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { Database, type Transaction } from '../../../database/database.js';
import { crowdApartMs, GatheredReads } from '#platform/gathered-reads.js';

/** What has to be known of a session to let its caller in. */
export interface SessionState {
  readonly userId: UserId;
  /** Neither revoked nor of a disabled user. */
  readonly isOpen: boolean;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface NewSession {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly userAgent: string | null;
  readonly expiresAt: Date;
}

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
  readonly expires_at: Date;
  readonly spent_at: Date | null;
  readonly is_open: boolean;
}

/** How an attempt to rotate a refresh token ended. */
export type Rotation =
  | { readonly outcome: 'rotated'; readonly userId: UserId; readonly sessionId: SessionId; readonly sessionExpiresAt: Date }
  | { readonly outcome: 'reused'; readonly sessionId: SessionId }
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'refused' };

/** Sessions and their refresh tokens in Postgres. */
@Injectable()
export class SessionStore {
  private readonly states = new GatheredReads((ids: readonly SessionId[]) => this.readStates(ids), { apartMs: crowdApartMs });

  constructor(private readonly database: Database) {}

  async open(session: NewSession, token: NewRefreshToken): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(
        'INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, user_agent) VALUES ($1, $2, now(), now(), $3, $4)',
        [session.id, session.userId, session.expiresAt, session.userAgent],
      );
      await insertToken(tx, session.id, token);
    });
  }

  /** Notes the session of an outside issuer's token, which lives as long as its latest token. A revoked one stays revoked. */
  async note(session: NewSession): Promise<void> {
    await this.database.query(
      `INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at) VALUES ($1, $2, now(), now(), $3)
       ON CONFLICT (id) DO UPDATE SET last_used_at = now(), expires_at = greatest(sessions.expires_at, excluded.expires_at)`,
      [session.id, session.userId, session.expiresAt],
    );
  }

  /** The state of a session and its user in one read, or null when there is no such session. */
  async state(id: SessionId): Promise<SessionState | null> {
    return (await this.states.get(id)) ?? null;
  }

  private async readStates(ids: readonly SessionId[]): Promise<Map<SessionId, SessionState>> {
    const rows = await this.database.prepared<StateRow>(
      'session_states',
      `SELECT s.id, s.user_id, s.expires_at, s.revoked_at IS NULL AND u.disabled_at IS NULL AS is_open
       FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ANY ($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, { userId: row.user_id, isOpen: row.is_open, expiresAt: row.expires_at.getTime() }]));
  }

  /** Whether the user ever had this session, revoked or not. */
  async belongsTo(id: SessionId, userId: UserId): Promise<boolean> {
    const rows = await this.database.query('SELECT 1 FROM sessions WHERE id = $1 AND user_id = $2', [id, userId]);
    return rows.length > 0;
  }

  async revoke(id: SessionId): Promise<void> {
    await this.database.query('UPDATE sessions SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL', [id]);
  }

  /**
   * Spends the token and stores the next one, in one transaction under a lock of the token's row: of two at once one
   * waits and then finds the token spent. That is a reuse like any other, and the session is revoked in the same transaction.
   */
  rotate(hash: Buffer, next: NewRefreshToken, sessionExpiresAt: Date): Promise<Rotation> {
    return this.database.transaction(async (tx): Promise<Rotation> => {
      const [token] = await tx.query<TokenRow>(
        `SELECT t.session_id, t.expires_at, t.spent_at, s.user_id, s.revoked_at IS NULL AND u.disabled_at IS NULL AS is_open
         FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
         WHERE t.token_hash = $1 FOR UPDATE OF t, s`,
        [hash],
      );
      if (!token?.is_open) return { outcome: 'refused' };
      const sessionId = token.session_id;
      if (token.spent_at !== null) {
        await tx.query('UPDATE sessions SET revoked_at = now() WHERE id = $1', [sessionId]);
        return { outcome: 'reused', sessionId };
      }
      if (token.expires_at <= new Date()) return { outcome: 'expired' };
      await tx.query('UPDATE refresh_tokens SET spent_at = now() WHERE token_hash = $1', [hash]);
      await tx.query('UPDATE sessions SET last_used_at = now(), expires_at = greatest(expires_at, $2) WHERE id = $1', [
        sessionId,
        sessionExpiresAt,
      ]);
      await insertToken(tx, sessionId, next);
      return { outcome: 'rotated', userId: token.user_id, sessionId, sessionExpiresAt };
    });
  }
}

async function insertToken(tx: Transaction, sessionId: SessionId, token: NewRefreshToken): Promise<void> {
  await tx.query('INSERT INTO refresh_tokens (token_hash, session_id, created_at, expires_at) VALUES ($1, $2, now(), $3)', [
    token.hash,
    sessionId,
    token.expiresAt,
  ]);
}
