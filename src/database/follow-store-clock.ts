import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { clock } from '#platform/clock/clock.js';
import { Every } from '#platform/timers/every.js';
import { Database } from './database.js';

const followEveryMs = 5_000;
/** Corrections from this much on are worth a line in the log. */
const noteworthyMs = 1_000;

/** Keeps the clock of this process with that of Postgres, which all nodes share. While Postgres is away, the clock goes on by itself. */
@Injectable()
export class FollowStoreClock implements OnModuleInit {
  private readonly logger = new Logger(FollowStoreClock.name);

  constructor(private readonly database: Database) {}

  /** Before the first request and the first job. */
  async onModuleInit(): Promise<void> {
    await this.readTime();
  }

  @Every(followEveryMs)
  async readTime(): Promise<void> {
    const sentAt = performance.now();
    const ms = await this.queryTime();
    if (ms === undefined) return;
    const correctedMs = clock.followStore(ms, sentAt, performance.now());
    if (Math.abs(correctedMs) >= noteworthyMs)
      this.logger.warn({ correctedMs }, "the clock was corrected: this machine's or the database's is wrong");
  }

  private async queryTime(): Promise<number | undefined> {
    try {
      const sql = 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms';
      return (await this.database.prepared<{ ms: number }>('store_time', sql, []))[0]?.ms;
    } catch (error) {
      this.logger.debug({ err: error }, 'the time of the database could not be read');
      return undefined;
    }
  }
}
