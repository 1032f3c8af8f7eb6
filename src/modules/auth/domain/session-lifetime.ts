/** When the parts of a session expire. */
export interface SessionLifetime {
  readonly refreshExpiresAt: Date;
  /** Not before the access token, which would be refused otherwise. */
  readonly sessionExpiresAt: Date;
}

export function sessionLifetime(
  settings: { readonly authAccessTtlSeconds: number; readonly authRefreshTtlSeconds: number },
  nowMs: number,
): SessionLifetime {
  const longestSeconds = Math.max(settings.authAccessTtlSeconds, settings.authRefreshTtlSeconds);
  return {
    refreshExpiresAt: new Date(nowMs + settings.authRefreshTtlSeconds * 1000),
    sessionExpiresAt: new Date(nowMs + longestSeconds * 1000),
  };
}
