import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { WatchedLoop } from './event-loop-watch.js';

/** The thread of `watchEventLoop`. */
const { beats, checkMs, stuckAfterMs }: WatchedLoop = workerData;
const standardOutput = 1;

let seen = -1;
let stuckMs = 0;

setInterval(() => {
  const now = Atomics.load(beats, 0);
  stuckMs = now === seen ? stuckMs + checkMs : 0;
  seen = now;
  if (stuckMs < stuckAfterMs) return;
  // The process's own log would be written by the loop that is stuck.
  const line = { level: 'fatal', time: new Date().toISOString(), stuckMs, msg: 'the event loop is stuck, exiting' };
  writeSync(standardOutput, `${JSON.stringify(line)}\n`);
  process.kill(process.pid, 'SIGKILL');
}, checkMs);
