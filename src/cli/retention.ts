import type { INestApplicationContext } from '@nestjs/common';
import type { Settings } from '#platform/config/config.js';
import { RetentionRuns } from '../modules/retention/retention-runs.js';
import { RunRetention } from '../modules/retention/run-retention.js';
import { retentionModule } from '../roles/roles.js';
import { runMaintenance } from './maintenance.js';

export interface RetentionRunOptions {
  /** Count what would be deleted, and delete nothing. */
  readonly dryRun: boolean;
}

/** `parley retention run`: deletes all that is due, or counts it. Returns 0, or 1 when another process runs retention. */
export function retentionRunCommand(settings: Settings, options: RetentionRunOptions): Promise<number> {
  return runMaintenance(settings, retentionModule, (app) => runRetention(app, options));
}

async function runRetention(app: INestApplicationContext, { dryRun }: RetentionRunOptions): Promise<number> {
  const runs = app.get(RetentionRuns);
  const { id: requestId } = await runs.requestRun(dryRun);
  const id = await app.get(RunRetention).execute({ requestId, isDryRun: dryRun });
  if (id === undefined) {
    process.stdout.write('Another process runs retention. It takes up this request when it is done.\n');
    return 1;
  }
  const run = await runs.getRun(id);
  const verb = dryRun ? 'would be' : 'were';
  const purged = `${run.purgedConversations} deleted conversations ${verb} purged`;
  process.stdout.write(`${run.messages} messages of ${run.conversations} conversations ${verb} deleted, ${purged}.\n`);
  return 0;
}
