/** Microseconds of the system's monotonic clock, which the CPU profiles of other processes use, too. */
export function clockUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
