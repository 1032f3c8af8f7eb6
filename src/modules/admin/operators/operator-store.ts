import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../database/database.js';

/** The table of operators. */
@Injectable()
export class OperatorStore {
  constructor(private readonly database: Database) {}

  /** The stored hash of an operator's password, or null. */
  async passwordHash(username: string): Promise<string | null> {
    const [row] = await this.database.query<{ password_hash: string }>('SELECT password_hash FROM operators WHERE username = $1', [
      username,
    ]);
    return row?.password_hash ?? null;
  }

  async isEmpty(): Promise<boolean> {
    const [row] = await this.database.query<{ found: boolean }>('SELECT EXISTS (SELECT 1 FROM operators) AS found');
    return row?.found !== true;
  }

  /** Makes the operator; false when there is one of this name. */
  async create(username: string, passwordHash: string): Promise<boolean> {
    const sql =
      'INSERT INTO operators (username, password_hash, created_at) VALUES ($1, $2, now()) ON CONFLICT (username) DO NOTHING RETURNING username';
    const made = await this.database.query(sql, [username, passwordHash]);
    return made.length > 0;
  }

  async setPasswordHash(username: string, passwordHash: string): Promise<void> {
    await this.database.query('UPDATE operators SET password_hash = $2 WHERE username = $1', [username, passwordHash]);
  }
}

/** Changes when the password does, and tells nothing of it: tokens carry it, so that a new password ends the old one's logins. */
export function passwordMarkOf(passwordHash: string): string {
  return createHash('sha256').update(passwordHash).digest('base64url').slice(0, 16);
}
