import type { INestApplicationContext } from '@nestjs/common';
import { UnreadAudit } from '../modules/receipts/unread-audit.js';
import type { Settings } from '#platform/config/config.js';
import { maintenanceModule } from '../roles/roles.js';
import { runMaintenance } from './maintenance.js';

export interface VerifyOptions {
  /** Correct the counts that drifted. */
  readonly fix: boolean;
}

/** `parley unread verify`: returns 0 if every count is right or was corrected, 1 if some are wrong. */
export function unreadVerifyCommand(settings: Settings, options: VerifyOptions): Promise<number> {
  return runMaintenance(settings, maintenanceModule, (app) => verifyUnread(app, options));
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
