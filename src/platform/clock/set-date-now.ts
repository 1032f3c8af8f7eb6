import { clock } from './clock.js';

/**
 * Makes `Date.now` of this process read the clock. For libraries that take no clock: BullMQ computes from it when a job is due, and
 * jsonwebtoken when a token expires. Parley's own code reads the clock itself.
 */
export function setDateNow(): void {
  Date.now = () => clock.now();
}
