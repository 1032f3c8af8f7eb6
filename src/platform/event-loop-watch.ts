import { url as debuggerUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';

/** Milliseconds between two beats, and between two checks of them. */
const beatMs = 500;

/** The data of the watching thread. */
export interface WatchedLoop {
  /** Counts the beats of the watched event loop. */
  readonly beats: Int32Array;
  readonly checkMs: number;
  readonly stuckAfterMs: number;
}

/**
 * Ends this process with SIGKILL when its event loop has stood still for `stuckAfterMs`: a stuck loop answers no client and handles
 * no signal, so only a new process can go on. The watching thread counts its own checks rather than the clock, so that a process that
 * was stopped, or a machine that slept, does not count as stuck. Returns a function that ends the watch. With 0, and under a debugger,
 * nothing is watched.
 */
export function watchEventLoop(stuckAfterMs: number): () => Promise<unknown> {
  if (stuckAfterMs === 0) return () => Promise.resolve();
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: WatchedLoop = { beats, checkMs: beatMs, stuckAfterMs };
  const beat = setInterval(() => {
    // A process that halts at a breakpoint is not stuck.
    if (debuggerUrl() !== undefined) void thread.terminate();
    Atomics.add(beats, 0, 1);
  }, beatMs).unref();
  const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };
  const thread = new Worker(new URL('./event-loop-watch.thread.js', import.meta.url), {
    workerData,
    resourceLimits,
    execArgv: [],
    env: {},
  });
  thread.unref();
  return () => {
    clearInterval(beat);
    return thread.terminate();
  };
}
