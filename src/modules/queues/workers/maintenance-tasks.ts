import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type DecoratedMethod, DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { clock } from '#platform/clock/clock.js';
import { Every } from '#platform/timers/every.js';
import { maintenanceTaskMarker, type MaintenanceTaskSettings } from '../maintenance-task.js';
import { Queues } from '../queues.js';

const schedulesMax = 1_000;
const restoreEveryMs = 10_000;
/** A run that is further away than its interval and this was planned before the database's clock was set back. */
const planToleranceMs = 10_000;
/** Successful runs of tasks that run more often than this, in milliseconds, are not kept for the dashboard. Failed ones are. */
const keptFromMs = 60_000;

/** The `@MaintenanceTask` methods of all providers, and their schedules in the queue. */
@Injectable()
export class MaintenanceTasks implements OnModuleInit {
  private readonly logger = new Logger('Queues');
  private readonly tasks = new Map<string, DecoratedMethod<MaintenanceTaskSettings>>();

  constructor(
    private readonly methods: DecoratedMethods,
    private readonly queues: Queues,
  ) {}

  /** Finds the tasks. Throws when two have one name. */
  onModuleInit(): void {
    for (const task of this.methods.findMethods(maintenanceTaskMarker)) {
      const { name } = task.metadata;
      const known = this.tasks.get(name);
      if (known !== undefined) throw new Error(`two maintenance tasks are named "${name}": ${known.name} and ${task.name}`);
      this.tasks.set(name, task);
    }
  }

  /** Runs the task of this name. Resolves to false when there is none. */
  async runTask(name: string, signal: AbortSignal): Promise<boolean> {
    const task = this.tasks.get(name);
    if (task === undefined) return false;
    await task.call(signal);
    return true;
  }

  /** Makes the stored schedules those of the tasks: removes unknown ones, and brings intervals up to date. */
  async syncSchedules(): Promise<void> {
    const names = (await this.storedSchedules()).keys();
    for (const name of names) if (!this.tasks.has(name)) await this.queues.get('maintenance').removeJobScheduler(name);
    for (const { metadata } of this.tasks.values()) await this.storeSchedule(metadata);
  }

  /**
   * Stores the schedules that are missing: a store that was flushed or restored has lost them, and nothing else brings them back. Stores
   * those again whose next run is too far away: after the clock was set back they would wait until it has caught up.
   */
  @Every(restoreEveryMs)
  async restoreSchedules(): Promise<void> {
    try {
      const stored = await this.storedSchedules();
      for (const { metadata } of this.tasks.values()) {
        const next = stored.get(metadata.name) ?? Number.POSITIVE_INFINITY;
        if (next <= clock.now() + metadata.everyMs + planToleranceMs) continue;
        if (stored.has(metadata.name)) await this.queues.get('maintenance').removeJobScheduler(metadata.name);
        await this.storeSchedule(metadata);
      }
    } catch (error) {
      // The store is away. Its queues report that.
      this.logger.debug({ err: error }, 'the schedules could not be checked');
    }
  }

  /** When each schedule runs next, by its name, in milliseconds since 1970. */
  private async storedSchedules(): Promise<Map<string, number>> {
    const schedulers = await this.queues.get('maintenance').getJobSchedulers(0, schedulesMax);
    return new Map(schedulers.map(({ key, next }) => [key, next ?? 0]));
  }

  private async storeSchedule({ name, everyMs }: MaintenanceTaskSettings): Promise<void> {
    // Without `opts` the options of the queue hold. A task that runs every second would push all other runs out of the history in minutes.
    const opts = everyMs < keptFromMs ? { opts: { removeOnComplete: true } } : {};
    await this.queues.get('maintenance').upsertJobScheduler(name, { every: everyMs }, { name, data: { task: name }, ...opts });
  }
}
