import type { MaintenanceTask } from '../maintenance-tasks.js';
import type { JobQueue } from '../infra/queue-store.js';

const schedulesMax = 1_000;

/** Makes the stored schedules those of the registered tasks: unknown ones are removed, intervals brought up to date. */
export async function syncSchedules(queue: JobQueue<'maintenance'>, tasks: readonly MaintenanceTask[]): Promise<void> {
  const names = new Set(tasks.map((task) => task.name));
  for (const { key } of await queue.getJobSchedulers(0, schedulesMax)) {
    if (!names.has(key)) await queue.removeJobScheduler(key);
  }
  for (const task of tasks) await store(queue, task);
}

/** Stores the schedules that are missing: a store that was flushed or restored has forgotten them, and nothing else brings them back. */
export async function restoreSchedules(queue: JobQueue<'maintenance'>, tasks: readonly MaintenanceTask[]): Promise<void> {
  const known = new Set((await queue.getJobSchedulers(0, schedulesMax)).map(({ key }) => key));
  for (const task of tasks) if (!known.has(task.name)) await store(queue, task);
}

async function store(queue: JobQueue<'maintenance'>, { name, everyMs }: MaintenanceTask): Promise<void> {
  await queue.upsertJobScheduler(name, { every: everyMs }, { name, data: { task: name } });
}
