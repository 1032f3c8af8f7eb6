import { createHmac, generateKeyPairSync } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { settingsSchema } from '#platform/config/config.js';
import { newId } from '#platform/ids.js';
import { newRefreshToken } from '../domain/refresh-token.js';
import { accessTokenKey, AccessTokens } from './access-tokens.js';

const secret = 'a secret of this test that is long enough';
const config = { ...settingsSchema.parse({}), databaseUrl: 'postgres://unused', authSecret: secret, isDatabaseOwn: false };
const tokens = new AccessTokens(new JwtService({ secret: accessTokenKey(config) }), config);

const userId = newId<UserId>();
const sessionId = newId<SessionId>();
const now = Math.floor(Date.now() / 1000);
const goodHeader = { alg: 'HS256', typ: 'JWT' };
const goodClaims = { iss: 'parley', aud: 'parley-api', typ: 'access', sub: userId, sid: sessionId, jti: 'one', iat: now, exp: now + 60 };

const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token with these parts, signed with the right secret by the given hash. */
function forge(claims: unknown, header: object = goodHeader, hash = 'sha256'): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac(hash, secret).update(content).digest('base64url')}`;
}

const refused = (token: string) => expect(tokens.verifyToken(token)).rejects.toMatchObject({ code: 'auth.invalidToken' });

describe('AccessTokens', () => {
  it('finds the caller of a token that it issued', async () => {
    const caller = await tokens.verifyToken(await tokens.issueToken(userId, sessionId));
    expect(caller).toMatchObject({ userId, sessionId });
    expect(Math.abs(caller.expiresAt - (Date.now() + config.authAccessTtlSeconds * 1000))).toBeLessThan(5000);
  });

  it('accepts what the other tests of this file change, as the control', async () => {
    await expect(tokens.verifyToken(forge(goodClaims))).resolves.toMatchObject({ userId });
  });

  it.each(['none', 'None', 'nOnE', ''])('refuses algorithm "%s"', async (alg) => {
    const content = `${encode({ alg, typ: 'JWT' })}.${encode(goodClaims)}`;
    await refused(`${content}.`);
    await refused(forge(goodClaims, { alg, typ: 'JWT' }));
  });

  it('refuses an empty, a cut and a foreign signature', async () => {
    const good = forge(goodClaims);
    const content = good.slice(0, good.lastIndexOf('.'));
    await refused(`${content}.`);
    await refused(content);
    await refused(good.slice(0, -2));
    await refused(`${content}.${createHmac('sha256', 'another secret').update(content).digest('base64url')}`);
  });

  it.each([
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ])('refuses %s with the right secret', async (alg, hash) => {
    await refused(forge(goodClaims, { alg, typ: 'JWT' }, hash));
  });

  it.each(['RS256', 'PS256', 'ES256'] as const)('refuses %s', async (algorithm) => {
    const pair =
      algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await refused(await new JwtService({ privateKey }).signAsync(goodClaims, { algorithm }));
  });

  it.each([
    { kid: '../../../../etc/passwd' },
    { kid: "' OR 1=1 --" },
    { kid: 'x'.repeat(10_000) },
    { jku: 'https://attacker.example/keys' },
    { x5u: 'https://attacker.example/chain' },
    { jwk: { kty: 'oct', k: 'AAAA' } },
    { crit: ['exp'] },
  ])('refuses a header that names keys, even with a valid signature', async (extra) => {
    await refused(forge(goodClaims, { ...goodHeader, ...extra }));
  });

  it('reports a token as expired only if its signature is valid', async () => {
    const expired = forge({ ...goodClaims, iat: now - 100, exp: now - 1 });
    await expect(tokens.verifyToken(expired)).rejects.toMatchObject({ code: 'auth.expired' });
    await refused(`${expired.slice(0, -4)}AAAA`);
  });

  it.each([
    ['missing exp', { exp: undefined }],
    ['exp as text', { exp: String(now + 60) }],
    ['exp 1e20', { exp: 1e20 }],
    ['exp after the year 9999', { exp: 1e13 }],
    ['exp null', { exp: null }],
    ['nbf in the future', { nbf: now + 600 }],
    ['iat in the future', { iat: now + 600 }],
    ['iat as text', { iat: 'now' }],
  ])('refuses %s', async (_, change) => {
    await refused(forge({ ...goodClaims, ...change }));
  });

  it.each([
    { aud: undefined },
    { aud: 'another' },
    { aud: ['parley-api'] },
    { aud: ['parley-api', 'another'] },
    { iss: undefined },
    { iss: 'another' },
    { iss: ['parley'] },
    { iss: 'PARLEY' },
  ])('refuses a wrong, missing or listed aud or iss: %j', async (change) => {
    await refused(forge({ ...goodClaims, ...change }));
  });

  it('refuses a refresh token and a token of another kind as an access token', async () => {
    await refused(newRefreshToken());
    await refused(forge({ ...goodClaims, typ: 'refresh' }));
    await refused(forge({ ...goodClaims, typ: undefined }));
  });

  it.each(['sub', 'sid', 'jti'])('refuses a token without %s', async (name) => {
    await refused(forge({ ...goodClaims, [name]: undefined }));
  });

  it.each(['', '.', '..', 'a.b.c', 'a.b.c.d', encode('[]'), forge('null'), forge([]), forge('not json')])(
    'refuses garbage: %s',
    async (token) => {
      await refused(token);
    },
  );
});
