import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '#platform/errors/error-facts.js';
import { postgresCodes } from '#platform/errors/postgres-errors.js';

const attemptsMax = 5;
const pauseMaxMs = 50;

/** Runs a statement that is its own transaction again, at most four times, while Postgres ends it to resolve a deadlock. */
export async function retryDeadlocks<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === attemptsMax || errorCode(error) !== postgresCodes.deadlockDetected) throw error;
      await delay(Math.random() * pauseMaxMs * attempt);
    }
  }
}
