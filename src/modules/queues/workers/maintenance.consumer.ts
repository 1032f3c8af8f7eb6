import { JobConsumer, type JobContext, PermanentJobError, Processor } from '../job-consumer.js';
import type { Jobs } from '../job-types.js';
import { MaintenanceTasks } from './maintenance-tasks.js';

/** Runs the maintenance task that a job names. */
@Processor('maintenance')
export class MaintenanceConsumer extends JobConsumer<'maintenance'> {
  constructor(private readonly tasks: MaintenanceTasks) {
    super();
  }

  async perform({ task }: Jobs['maintenance'], { signal }: JobContext): Promise<void> {
    if (!(await this.tasks.runTask(task, signal))) throw new PermanentJobError(`no maintenance task is named "${task}"`);
  }
}
