import { InvalidArgumentError } from 'commander';

/** Parses a number above 0 from the command line. */
export function parsePositive(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError('must be a number above 0');
  return number;
}

/** Parses a number of at least 0 from the command line. */
export function parseNonNegative(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0 || value.trim() === '') throw new InvalidArgumentError('must be a number of at least 0');
  return number;
}

/** Parses an integer of at least 0 from the command line. */
export function parseCount(value: string): number {
  const number = parseNonNegative(value);
  if (!Number.isInteger(number)) throw new InvalidArgumentError('must be an integer of at least 0');
  return number;
}
