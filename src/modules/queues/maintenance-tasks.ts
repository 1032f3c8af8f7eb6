import { Injectable } from '@nestjs/common';

/** One piece of regular work. */
export interface MaintenanceTask {
  readonly name: string;
  /** Milliseconds from one run to the next, over all processes together. */
  readonly everyMs: number;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** Regular work by name. Features register theirs in `onModuleInit`; each runs on one worker at a time, on schedule. */
@Injectable()
export class MaintenanceTasks {
  private readonly tasks = new Map<string, MaintenanceTask>();

  /** Adds a task. Throws when the name is taken or the interval is under 100 ms. */
  register(name: string, everyMs: number, run: (signal: AbortSignal) => Promise<void>): void {
    if (this.tasks.has(name)) throw new Error(`maintenance task "${name}" is registered twice`);
    if (everyMs < 100) throw new Error(`maintenance task "${name}" must not run more often than every 100 ms`);
    this.tasks.set(name, { name, everyMs, run });
  }

  /** The task of this name, if there is one. */
  find(name: string): MaintenanceTask | undefined {
    return this.tasks.get(name);
  }

  /** All tasks, in the order of registration. */
  all(): MaintenanceTask[] {
    return [...this.tasks.values()];
  }
}
