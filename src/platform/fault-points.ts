import { requestedFaultPoint } from './config/test-switches.js';

/** Places between the steps of the hot path where `npm run prove` kills the process. At `ack.before` a message is delivered but not acknowledged. */
export type FaultPoint =
  | 'commit.before'
  | 'commit.inside'
  | 'commit.after'
  | 'ack.before'
  | 'queue.before'
  | 'queue.after'
  | 'persist.before'
  | 'persist.inside'
  | 'settle.before'
  | 'settle.after'
  | 'socket.opening'
  | 'socket.ready';

interface Armed {
  readonly name: string;
  readonly delayMs: number;
  passesLeft: number;
}

const armed = parse(requestedFaultPoint());

/**
 * Marks a place where a test can kill the process. With `NODE_ENV=test` and `FAULT_POINT=name:n[:delayMs]` the process sends itself
 * SIGKILL when it passes the place for the n-th time, at once or `delayMs` later; otherwise this does nothing.
 */
export function faultPoint(name: FaultPoint): void {
  if (armed === undefined) return;
  if (armed.name === name) countPass(armed);
}

function countPass(point: Armed): void {
  point.passesLeft -= 1;
  if (point.passesLeft !== 0) return;
  if (point.delayMs === 0) die();
  else setTimeout(die, point.delayMs);
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function parse(text: string | undefined): Armed | undefined {
  if (text === undefined || text === '') return undefined;
  const [name = '', count = '', delay = '0'] = text.split(':');
  const [passesLeft, delayMs] = [Number(count), Number(delay)];
  if (!Number.isInteger(passesLeft) || passesLeft < 1 || !(delayMs >= 0))
    throw new Error(`FAULT_POINT: expected name:n[:delayMs], got ${text}`);
  return { name, passesLeft, delayMs };
}
