import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresProcess } from './processes/postgres-process.js';
import { type RedisOptions, RedisProcess } from './processes/redis-process.js';
import { scenarioFolder } from './topology.js';

/** Shared by all scenarios: a folder for temporary files and one Postgres. Each scenario has its own database and Redis. */
export class Environment {
  private databases = 0;

  private constructor(
    readonly folder: string,
    readonly postgres: PostgresProcess,
  ) {}

  static async open(): Promise<Environment> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-prove-'));
    chmodSync(folder, 0o755);
    return new Environment(folder, await PostgresProcess.create(folder));
  }

  /** A new folder for a scenario's logs and data. */
  scenario(name: string): string {
    return scenarioFolder(this.folder, name);
  }

  databaseName(): string {
    this.databases += 1;
    return `prove_${this.databases}`;
  }

  redis(folder: string, options: RedisOptions): Promise<RedisProcess> {
    return RedisProcess.create(folder, options);
  }

  /** Makes Postgres usable again after any fault of the previous scenario. */
  async mend(): Promise<void> {
    this.postgres.thaw();
    if (!this.postgres.isRunning) await this.postgres.start();
  }

  /** Stops all processes and removes the files, except with `keep`. */
  async close(keep: boolean): Promise<void> {
    this.postgres.thaw();
    await this.postgres.stop();
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }
}
