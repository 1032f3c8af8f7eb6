import { finished } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Runs SQL: the pool or a transaction. The caller knows the SQL and so types the rows. */
export interface Queryable {
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Runs a named prepared statement, which Postgres parses once per connection. For the hot path. */
  prepared<Row>(name: string, sql: string, params: readonly unknown[]): Promise<Row[]>;
}

/** An open transaction. It ends with the work that `Database.transaction` was given. */
export interface Transaction extends Queryable {
  /** Runs a `COPY ... FROM STDIN` with these lines, each ending in a line break. Stores all of them or none. */
  copy(sql: string, lines: string): Promise<void>;
}

/**
 * Runs SQL on the pool that repositories use too. The pool's time limits bound every statement; `integer` and `bigint` come as
 * numbers, `timestamptz` as `Date`.
 */
@Injectable()
export class Database implements Queryable {
  constructor(readonly pool: pg.Pool) {}

  async query<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.pool.query(sql, [...params]);
    return result.rows;
  }

  async prepared<Row>(name: string, sql: string, params: readonly unknown[]): Promise<Row[]> {
    const result = await this.pool.query({ name, text: sql, values: [...params] });
    return result.rows;
  }

  /** Commits when `work` resolves, rolls back when it rejects, and releases the connection either way. */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken = false;
    try {
      await client.query('BEGIN');
      const value = await work({
        query: async (sql, params = []) => (await client.query(sql, [...params])).rows,
        prepared: async (name, sql, params) => (await client.query({ name, text: sql, values: [...params] })).rows,
        copy: (sql, lines) => finished(client.query(copyFrom(sql)).end(lines)),
      });
      await client.query('COMMIT');
      return value;
    } catch (error) {
      // A connection that did not answer in time would not answer a rollback either. Closing it undoes the work.
      broken =
        isUnanswered(error) ||
        (await client.query('ROLLBACK').then(
          () => false,
          () => true,
        ));
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

function isUnanswered(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** Runs the SQL of batches that no user waits for, on connections of its own. Their statements are planned once and use indexes. */
export class BatchDatabase extends Database {}
