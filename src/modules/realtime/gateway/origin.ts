import type { IncomingMessage } from 'node:http';

/** The settings that decide which web pages may connect. */
export interface OriginRules {
  readonly corsOrigins: readonly string[];
  readonly isProxyTrusted: boolean;
}

/** Whether a request may open a socket: it comes from the server's own page, from a configured page, or from a client that is not a browser. */
export function isOriginAllowed(request: Pick<IncomingMessage, 'headers'>, rules: OriginRules): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (rules.corsOrigins.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { host: originHost } = new URL(origin);
  if (originHost === host) return true;
  return rules.isProxyTrusted && originHost === request.headers['x-forwarded-host'];
}
