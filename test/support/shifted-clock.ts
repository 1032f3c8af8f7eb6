import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.js';
import { openFolder } from './server.js';

/** The wall clock of one server, which a test moves. */
export interface ShiftedClock {
  /** The environment of the server that has this clock. */
  readonly env: Readonly<Record<string, string>>;
  /** From a moment later on the server's machine is this far ahead, or behind if negative. */
  shiftTo(ms: number): void;
}

/** A wall clock that is `ms` ahead when the server starts. */
export function shiftedClock(ms = 0): ShiftedClock {
  const file = join(openFolder('parley-clock-'), randomUUID());
  const shiftTo = (to: number) => writeFileSync(file, String(to));
  shiftTo(ms);
  const preload = pathToFileURL(join(root, 'test/support/shift-clock.mjs')).href;
  return { env: { NODE_OPTIONS: `--import=${preload}`, CLOCK_SHIFT_FILE: file }, shiftTo };
}
