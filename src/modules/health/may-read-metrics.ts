import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList } from 'node:net';
import { bearerToken } from '../../transport/bearer-token.js';

/** The parts of a request that decide. */
export interface MetricsRequest {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a request may read the metrics. If a token is configured, it must carry that token; otherwise it must come from this machine, and not through a proxy. */
export function mayReadMetrics({ headers, socket }: MetricsRequest, metricsToken: string | undefined): boolean {
  if (metricsToken !== undefined) return isSame(bearerToken(headers) ?? '', metricsToken);
  if (headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined) return false;
  return isLoopback(socket.remoteAddress);
}

function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return loopback.check(plain, plain.includes(':') ? 'ipv6' : 'ipv4');
}

/** Compares digests, so that the time it takes reveals neither the content nor the length. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
