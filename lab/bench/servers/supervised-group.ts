import { type ProcessSpec, SupervisedProcess } from '../../../tools/cluster/supervised-process.js';

const silent = { line: () => undefined, note: () => undefined };
const running = new Set<SupervisedProcess>();

/** Servers that do not run on Node (Postgres, Redis, ejabberd), started and stopped together. */
export class SupervisedGroup {
  private constructor(private readonly processes: readonly SupervisedProcess[]) {}

  /** Resolves once all of them are ready. */
  static async start(specs: readonly ProcessSpec[]): Promise<SupervisedGroup> {
    const group = new SupervisedGroup(specs.map((spec) => new SupervisedProcess(spec, silent)));
    group.processes.forEach((process) => running.add(process));
    try {
      await Promise.all(group.processes.map((process) => process.start()));
      return group;
    } catch (error) {
      await group.stop();
      throw error;
    }
  }

  /** The pid of the process with this name; 0 while it is not running. */
  pid(name: string): number {
    return this.processes.find((process) => process.name === name)?.pid ?? 0;
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    this.processes.forEach((process) => running.delete(process));
  }
}

/** Sends a signal to every process that still runs, without waiting. For the exit of an interrupted process. */
export function signalGroups(signal: NodeJS.Signals): void {
  for (const process of running) process.signal(signal);
}
