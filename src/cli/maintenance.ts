import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { runMigrations } from '../database/migrate.js';
import type { Settings } from '#platform/config/config.js';
import { createLog } from '#platform/logging/log.js';
import { NestLogger } from '#platform/logging/nest-logger.js';
import type { PlatformParts } from '#platform/platform.module.js';
import { ShutdownState } from '#platform/shutdown/shutdown-state.js';
import { openStores } from '../roles/stores.js';

/** Runs a maintenance command on open and migrated stores, and closes them again. */
export async function runMaintenance<T>(
  settings: Settings,
  moduleOf: (platform: PlatformParts) => DynamicModule,
  work: (app: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const log = createLog({ level: settings.logLevel });
  const stores = await openStores(settings, log, () => process.exit(1));
  try {
    await runMigrations(stores.config.databaseUrl);
    const platform = { config: stores.config, shutdown: new ShutdownState(), redis: stores.redis };
    const app = await NestFactory.createApplicationContext(moduleOf(platform), { logger: new NestLogger(log), abortOnError: false });
    try {
      return await work(app);
    } finally {
      await app.close();
    }
  } finally {
    await stores.close();
  }
}
