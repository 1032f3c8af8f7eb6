// Preloaded into a server: moves its wall clock by the milliseconds in the file CLOCK_SHIFT_FILE, which may change at any time.
import { readFileSync } from 'node:fs';

const RealDate = Date;
let shiftMs = 0;

function readShift() {
  try {
    shiftMs = Number(readFileSync(process.env.CLOCK_SHIFT_FILE ?? '', 'utf8')) || 0;
  } catch {
    // Without the file the clock is right.
  }
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [RealDate.now() + shiftMs] : args, newTarget),
  apply: (target) => new target(RealDate.now() + shiftMs).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  set: (target, key, value) => {
    if (key === 'now') now = value;
    return true;
  },
});

let now = () => RealDate.now() + shiftMs;

readShift();
setInterval(readShift, 20).unref();
