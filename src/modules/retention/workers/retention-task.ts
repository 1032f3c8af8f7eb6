import { Injectable } from '@nestjs/common';
import { MaintenanceTask } from '../../queues/maintenance-task.js';
import { RetentionRuns } from '../retention-runs.js';
import { RunRetention } from '../run-retention.js';

const everyMs = 10_000;
/** Long enough for hundreds of ranges, short enough that the next run soon notifies members of what has expired meanwhile. */
const budgetMs = 20_000;
const dryRunBudgetMs = 300_000;

/** Runs retention all the time, and what operators request. */
@Injectable()
export class RetentionTask {
  constructor(
    private readonly runs: RetentionRuns,
    private readonly runRetention: RunRetention,
  ) {}

  @MaintenanceTask('retention', everyMs)
  async execute(signal: AbortSignal): Promise<void> {
    const request = await this.runs.findRequest();
    if (request === undefined) {
      await this.runRetention.execute({ budgetMs, signal });
      return;
    }
    const { id: requestId, isDryRun } = request;
    await this.runRetention.execute({ requestId, isDryRun, budgetMs: isDryRun ? dryRunBudgetMs : budgetMs, signal });
  }
}
