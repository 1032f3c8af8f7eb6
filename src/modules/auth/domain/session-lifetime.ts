/** How long the parts of a session live, from `now` on. */
export interface SessionLifetime {
  readonly refreshExpiresAt: Date;
  /** Never before the access token's end, or a good token would be refused. */
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
