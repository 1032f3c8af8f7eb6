import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { runMigrations } from '../database/migrate.js';
import { UnreadAudit } from '../modules/receipts/unread-audit.js';
import type { Settings } from '#platform/config/config.js';
import { createLog } from '#platform/logging/log.js';
import { NestLogger } from '#platform/logging/nest-logger.js';
import { ShutdownState } from '#platform/shutdown/shutdown-state.js';
import { maintenanceModule } from '../roles/roles.js';
import { openStores } from '../roles/stores.js';

export interface VerifyOptions {
  /** Correct the counts that drifted. */
  readonly fix: boolean;
}

/** `parley unread verify`: returns 0 if every count is right or was corrected, 1 if some are wrong. */
export async function unreadVerifyCommand(settings: Settings, options: VerifyOptions): Promise<number> {
  const log = createLog({ level: settings.logLevel });
  const stores = await openStores(settings, log, () => process.exit(1));
  try {
    await runMigrations(stores.config.databaseUrl);
    const platform = { config: stores.config, shutdown: new ShutdownState(), redis: stores.redis };
    const app = await NestFactory.createApplicationContext(maintenanceModule(platform), {
      logger: new NestLogger(log),
      abortOnError: false,
    });
    try {
      return await verifyUnread(app, options);
    } finally {
      await app.close();
    }
  } finally {
    await stores.close();
  }
}

/** Recounts all unread counts, prints those that drifted, and returns the exit code. */
async function verifyUnread(app: INestApplicationContext, { fix }: VerifyOptions): Promise<number> {
  const { checked, drifted } = await app.get(UnreadAudit).verify(fix);
  for (const { conversationId, userId, stored, counted } of drifted) {
    process.stdout.write(`conversation ${conversationId}, user ${userId}: stored ${stored}, counted ${counted}\n`);
  }
  const verdict = drifted.length === 0 ? 'all correct' : `${drifted.length} ${fix ? 'corrected' : 'wrong; correct them with --fix'}`;
  process.stdout.write(`${checked} unread counts checked, ${verdict}.\n`);
  return drifted.length > 0 && !fix ? 1 : 0;
}
