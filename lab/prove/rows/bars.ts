import type { Bar } from './row.js';

/** The longest of these recoveries, in seconds, with its limit. */
export function recoveryBar(recoveriesMs: readonly number[], limitSeconds: number, name = 'recovery'): Bar {
  return { name, value: seconds(Math.max(0, ...recoveriesMs)), unit: 's', limit: limitSeconds };
}

/** Milliseconds as seconds with one decimal. */
export function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

/** Bytes as whole megabytes. */
export function megabytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
