/** Microseconds of the system's monotonic clock: the one that CPU profiles of other processes have, too. */
export function clockUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
