import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Ensures that the child does not outlive this process, however the process ends. */
export function killAtExit(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

/** Stops the children that a failed test left behind, and waits until they have exited. */
export async function endLeftovers(): Promise<void> {
  for (const child of [...running]) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
}
