import type { MaintenanceTask } from '../maintenance-tasks.js';
import type { JobQueue } from '../store/queue-store.js';

const schedulesMax = 1_000;

/** Makes the stored schedules those of the registered tasks: unknown ones are removed, intervals brought up to date. */
export async function syncSchedules(queue: JobQueue<'maintenance'>, tasks: readonly MaintenanceTask[]): Promise<void> {
  const names = new Set(tasks.map((task) => task.name));
  for (const { key } of await queue.getJobSchedulers(0, schedulesMax)) {
    if (!names.has(key)) await queue.removeJobScheduler(key);
  }
  for (const { name, everyMs } of tasks) {
    await queue.upsertJobScheduler(name, { every: everyMs }, { name, data: { task: name } });
  }
}
