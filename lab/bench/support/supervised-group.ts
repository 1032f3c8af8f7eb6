import { type ProcessSpec, SupervisedProcess } from '../../../tools/cluster/supervised-process.js';

const audience = { line: () => undefined, note: () => undefined };
const running = new Set<SupervisedProcess>();

/** Servers that are not Node's, started and ended together. */
export class SupervisedGroup {
  private constructor(private readonly processes: readonly SupervisedProcess[]) {}

  /** Resolves when all of them are ready. */
  static async start(specs: readonly ProcessSpec[]): Promise<SupervisedGroup> {
    const group = new SupervisedGroup(specs.map((spec) => new SupervisedProcess(spec, audience)));
    group.processes.forEach((process) => running.add(process));
    try {
      await Promise.all(group.processes.map((process) => process.start()));
      return group;
    } catch (error) {
      await group.stop();
      throw error;
    }
  }

  /** Number of the process of that name; 0 while it does not run. */
  pid(name: string): number {
    return this.processes.find((process) => process.name === name)?.pid ?? 0;
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    this.processes.forEach((process) => running.delete(process));
  }
}

/** Ends what still runs, at once; for the last moment of a process that was interrupted. */
export function stopGroupsNow(): void {
  for (const process of running) process.signal('SIGTERM');
}
