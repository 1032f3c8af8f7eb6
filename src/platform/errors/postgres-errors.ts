import { errorCode } from './error-facts.js';

/** SQLSTATE codes that are handled by name (PostgreSQL manual, appendix A). */
export const postgresCodes = {
  uniqueViolation: '23505',
  /** A statement reached `statement_timeout`, or was canceled. */
  queryCanceled: '57014',
  deadlockDetected: '40P01',
  duplicateDatabase: '42P04',
  invalidPassword: '28P01',
} as const;

/** Whether Postgres refused a statement because of a unique constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return errorCode(error) === postgresCodes.uniqueViolation;
}

/** Whether a statement reached its time limit. A wait for a lock has a limit and a code of its own. */
export function isStatementTimeout(error: unknown): boolean {
  return errorCode(error) === postgresCodes.queryCanceled;
}

/**
 * Whether Postgres refused the data itself, so that a retry cannot help: SQLSTATE classes 21, 22 and 23 (cardinality, data exception,
 * integrity constraint) and 54 (a program limit, such as a row that is too large).
 */
export function isDataRefused(error: unknown): boolean {
  return /^(21|22|23|54)[0-9A-Z]{3}$/.test(errorCode(error) ?? '');
}

/**
 * Whether the code says that Postgres is away, full or restarting, or gave up waiting, so that the same statement can succeed later:
 * connection failures, missing resources, canceled statements, shutdowns, lock timeouts, serialization failures, deadlocks, and idle
 * or long transactions that were ended.
 */
export function isPostgresUnavailable(code: string): boolean {
  return /^(08...|53...|57014|57P0[1-5]|55P03|40001|40P01|25P0[34])$/.test(code);
}
