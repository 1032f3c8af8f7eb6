import type { IncomingHttpHeaders } from 'node:http';

const bearer = /^Bearer +(\S+)$/i;

/** The token of an `Authorization: Bearer` header (RFC 6750), undefined without one. A query string is never read: it ends up in logs. */
export function bearerToken({ authorization }: Pick<IncomingHttpHeaders, 'authorization'>): string | undefined {
  return authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
}
