import type { Random } from '../../support/random.js';

const foreignIndex = 0xff_ff_ff_ff;
/** The number of a token of the workload; all other texts share one number. */
export function indexOfToken(token: string | null): number {
  return token === null ? foreignIndex : Number(token.slice(3));
}

/** The token of this number, as it appears in the text. */
export function tokenOfIndex(index: number): string | null {
  return index === foreignIndex ? null : `op-${index}`;
}

/** The last group of a message's id: 48 random bits that distinguish messages in 8 bytes of memory. */
export function tailOf(id: string): number {
  return Number.parseInt(id.slice(-12), 16);
}

/** An id as the checker compares it. */
export function idOfTail(tail: number): string {
  return tail.toString(16).padStart(12, '0');
}

/** A client id that carries the number of its message, so that a deleted message without text is still recognised. */
export function clientIdOf(index: number, random: Random, timelessShare: number): string {
  const isTimeless = random.chance(timelessShare);
  const first = isTimeless ? hex(random.integer(0, 2 ** 47), 12) : hex(Date.now(), 12);
  const version = `${isTimeless ? '4' : '7'}${hex(random.integer(0, 0xfff), 3)}`;
  const variant = hex(0x8000 + random.integer(0, 0x3fff), 4);
  return `${first.slice(0, 8)}-${first.slice(8)}-${version}-${variant}-${hex(index, 12)}`;
}

/** The number of the message, extracted from its client id. */
export function indexOfClientId(clientId: string): number {
  return Number.parseInt(clientId.slice(-12), 16);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
