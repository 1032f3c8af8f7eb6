import { MethodMarker } from '#platform/discovery/method-marker.js';

/** What `@MaintenanceTask` keeps about a method. */
export interface MaintenanceTaskSettings {
  readonly name: string;
  readonly everyMs: number;
}

export const maintenanceTaskMarker = new MethodMarker<MaintenanceTaskSettings>('MaintenanceTask');

const everyMsMin = 100;

/**
 * Runs the method every `everyMs` milliseconds (at least 100) on one worker of the cluster. Its class must be provided in the worker
 * roles. The method gets a signal that aborts when the process stops. A run that fails is not repeated: the schedule is the retry.
 */
export function MaintenanceTask(name: string, everyMs: number) {
  if (everyMs < everyMsMin) throw new Error(`maintenance task "${name}" must not run more often than every ${everyMsMin} ms`);
  return maintenanceTaskMarker.mark<(signal: AbortSignal) => Promise<unknown>>({ name, everyMs });
}
