import type { IncomingMessage } from 'node:http';

/** What of the configuration decides which web pages may connect. */
export interface OriginRules {
  readonly corsOrigins: readonly string[];
  readonly isProxyTrusted: boolean;
}

/** Whether the page a request comes from may use the socket: none (not a browser), the server's own, or a configured one. */
export function isOriginAllowed(request: Pick<IncomingMessage, 'headers'>, rules: OriginRules): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (rules.corsOrigins.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { host: originHost } = new URL(origin);
  if (originHost === host) return true;
  return rules.isProxyTrusted && originHost === request.headers['x-forwarded-host'];
}
