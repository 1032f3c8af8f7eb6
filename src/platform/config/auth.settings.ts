import { address, integer, optionalText, secretText, toggle } from './setting.js';

/** Authentication and operators. */
export const authSettings = {
  authSecret: secretText(
    'Key that signs access tokens, at least 32 bytes. Required in production, otherwise made once and kept in DATA_DIR.',
  ),
  authAccessTtlSeconds: integer('Life of an access token in seconds.', { min: 5, max: 86_400, byDefault: 3600 }),
  authRefreshTtlSeconds: integer('Life of a refresh token in seconds; each use gives a new one.', { min: 10, byDefault: 2_592_000 }),
  authJwksUrl: address('Keys of an outside issuer whose tokens are accepted as they are (a JWKS document).', ['https:', 'http:']),
  authIssuer: optionalText('The `iss` that tokens of the outside issuer carry. Required with AUTH_JWKS_URL.'),
  authAudience: optionalText('The `aud` that tokens of the outside issuer carry. Required with AUTH_JWKS_URL.'),
  adminUsername: optionalText('Name of the first operator, made at start when there is none.'),
  adminPassword: secretText(
    'Password of the first operator, at least 8 characters. Without both, and outside production, one is made up and shown once.',
  ),
  metricsToken: secretText('Bearer token for /metrics. Unset: only this machine may read it.'),
  lobbyEnabled: toggle('Keep a public channel `lobby` that every user is in.', true, { env: 'LOBBY' }),
} as const;
