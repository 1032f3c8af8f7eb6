import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList } from 'node:net';

/** What the decision looks at. */
export interface MetricsRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** With a token configured its bearer alone; without one this machine alone, and nobody whom a proxy on it speaks for. */
export function mayReadMetrics({ headers, socket }: MetricsRequest, metricsToken: string | undefined): boolean {
  if (metricsToken !== undefined) return isSame(bearerOf(headers.authorization), metricsToken);
  if (headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined) return false;
  return isLoopback(socket.remoteAddress);
}

function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return loopback.check(plain, plain.includes(':') ? 'ipv6' : 'ipv4');
}

function bearerOf(header: string | string[] | undefined): string {
  const [, token] = /^Bearer ([^\s]+)$/i.exec(typeof header === 'string' ? header : '') ?? [];
  return token ?? '';
}

/** Compares digests: neither the content nor the length shows in the time. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
