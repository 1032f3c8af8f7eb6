import { address, integer, optionalText, secretText, toggle } from './setting.js';

/** Authentication and operators. */
export const authSettings = {
  authSecret: secretText(
    'Key that signs access tokens, at least 32 bytes. Required in production; otherwise generated once and kept in DATA_DIR.',
  ),
  authAccessTtlSeconds: integer('Lifetime of an access token in seconds.', { min: 5, max: 86_400, byDefault: 3600 }),
  authRefreshTtlSeconds: integer('Lifetime of a refresh token in seconds; each use returns a new one.', { min: 10, byDefault: 2_592_000 }),
  authRefreshGraceSeconds: integer(
    'Seconds during which a refresh that is repeated with the same token returns the same new token: its response was lost, or two tabs sent it. 0 turns this off.',
    { min: 0, max: 300, byDefault: 30 },
  ),
  authJwksUrl: address('Address of the public keys (a JWKS document) of an external issuer whose tokens are accepted.', [
    'https:',
    'http:',
  ]),
  authIssuer: optionalText('The `iss` of tokens of the external issuer. Required with AUTH_JWKS_URL.'),
  authAudience: optionalText('The `aud` of tokens of the external issuer. Required with AUTH_JWKS_URL.'),
  adminUsername: optionalText('Name of the first operator, who is created at startup if no operator exists.'),
  adminPassword: secretText(
    'Password of the first operator, at least 8 characters. Without name and password, and outside production, an operator is generated and shown once.',
  ),
  metricsToken: secretText('Bearer token for /metrics. Unset: only this machine may read the metrics.'),
  lobbyEnabled: toggle('Whether every user is a member of the public channel `lobby`.', true, { env: 'LOBBY' }),
} as const;
