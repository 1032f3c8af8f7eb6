import { runMigrations } from '../database/migrate.js';
import { renewEpoch } from '../modules/log/renew-epoch.js';
import type { Settings } from '#platform/config/config.js';
import { createLog } from '#platform/logging/log.js';
import { openStores } from '../roles/stores.js';

/**
 * `parley epoch renew`: begins a new epoch of the conversation log, for an operator who has restored a backup. In embedded mode it fails
 * while another process uses the database.
 */
export async function epochRenewCommand(settings: Settings): Promise<number> {
  const log = createLog({ level: settings.logLevel });
  // As a worker, because this command serves no sockets that other nodes could notify.
  const stores = await openStores({ ...settings, role: 'worker' }, log, () => process.exit(1));
  try {
    await runMigrations(stores.config.databaseUrl);
    const epoch = await renewEpoch(stores.config, stores.redis);
    process.stdout.write(`The conversation log is in the new epoch ${epoch}. Clients load their state afresh.\n`);
    return 0;
  } finally {
    await stores.close();
  }
}
