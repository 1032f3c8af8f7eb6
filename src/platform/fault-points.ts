import { requestedFaultPoint } from './config/test-switches.js';

/** The places between the steps of the hot path where `npm run prove` kills the process. At `ack.before` a message is delivered, not acknowledged. */
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
 * Marks a place where the process may die. Does nothing except under test with `FAULT_POINT=name:n[:delayMs]`: on the n-th pass
 * of this place the process then sends itself SIGKILL, at once or `delayMs` later.
 */
export function faultPoint(name: FaultPoint): void {
  if (armed === undefined) return;
  if (armed.name === name) pass(armed);
}

function pass(point: Armed): void {
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
