import { url as debuggerUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';

/** Milliseconds between two beats, and between two looks at them. */
const beatMs = 500;

/** What the thread is given. */
export interface WatchedLoop {
  /** Counts the beats of the event loop that is watched. */
  readonly beats: Int32Array;
  readonly lookMs: number;
  readonly stuckAfterMs: number;
}

/**
 * Ends this process with SIGKILL when its event loop has stood still for `stuckAfterMs`: a loop without an end answers nobody and
 * hears no signal, and only a new process goes on. The thread that watches counts its own looks and not the clock, so that a process
 * that was stopped, or a machine that slept, is not taken for stuck. Answers how to end the watch. 0 watches nothing, and neither is
 * a process watched that somebody debugs.
 */
export function watchEventLoop(stuckAfterMs: number): () => Promise<unknown> {
  if (stuckAfterMs === 0) return () => Promise.resolve();
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: WatchedLoop = { beats, lookMs: beatMs, stuckAfterMs };
  const beat = setInterval(() => {
    // Who halts at a breakpoint is not stuck.
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
