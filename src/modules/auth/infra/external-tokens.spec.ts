import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type GenerateKeyPairResult } from 'jose';
import { settingsSchema } from '#platform/config/config.js';
import { ExternalTokens } from './external-tokens.js';

const issuer = 'https://id.example.org';
const audience = 'chat';
const requests: string[] = [];
let server: Server;
let keys: GenerateKeyPairResult;
let tokens: ExternalTokens;

function build(claims: Record<string, unknown>, header: Record<string, unknown> = {}) {
  return new SignJWT({ iss: issuer, aud: audience, sub: 'ada', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
    .setIssuedAt();
}

function externalTokens(jwksUrl: string): ExternalTokens {
  const settings = settingsSchema.parse({ authJwksUrl: jwksUrl, authIssuer: issuer, authAudience: audience });
  return new ExternalTokens({ ...settings, databaseUrl: 'postgres://unused', authSecret: 'unused', isDatabaseOwn: false });
}

beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256' }] };
  server = createServer((req, res) => {
    requests.push(req.url ?? '');
    res.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  tokens = externalTokens(`http://127.0.0.1:${portOf(server)}/jwks`);
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('ExternalTokens', () => {
  it('accepts a token of the configured issuer', async () => {
    const token = await build({ preferred_username: 'Ada', sid: 's1' }).setExpirationTime('1m').sign(keys.privateKey);
    expect(tokens.issuerOf(token)).toBe(issuer);
    await expect(tokens.verifyToken(token)).resolves.toMatchObject({ sub: 'ada', preferred_username: 'Ada', sid: 's1' });
  });

  it('ignores tokens of other issuers', async () => {
    expect(tokens.issuerOf(await build({ iss: 'https://other.example' }).sign(keys.privateKey))).toBeUndefined();
    expect(tokens.issuerOf('garbage')).toBeUndefined();
  });

  it('distinguishes an expired token from a bad one', async () => {
    await expect(tokens.verifyToken(await build({ exp: 1_000_000 }).sign(keys.privateKey))).rejects.toMatchObject({ code: 'auth.expired' });
  });

  it.each([
    { aud: 'another' },
    { aud: undefined },
    { iss: 'https://other.example' },
    { exp: undefined },
    { exp: 1e20 },
    { sub: undefined },
    { sub: 'a\0b' },
  ])('refuses %j', async (change) => {
    const claims = { exp: Math.floor(Date.now() / 1000) + 60, ...change };
    await expect(tokens.verifyToken(await build(claims).sign(keys.privateKey))).rejects.toMatchObject({ code: 'auth.invalidToken' });
  });

  it('refuses the public key used as an HS256 secret, and another pair under the same kid', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(keys.publicKey));
    const confused = await build({}, { alg: 'HS256' }).setExpirationTime('1m').sign(secret);
    await expect(tokens.verifyToken(confused)).rejects.toMatchObject({ code: 'auth.invalidToken' });
    const stranger = await generateKeyPair('RS256');
    await expect(tokens.verifyToken(await build({}).setExpirationTime('1m').sign(stranger.privateKey))).rejects.toMatchObject({
      code: 'auth.invalidToken',
    });
  });

  it('uses no key or address that a header names', async () => {
    const stranger = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(stranger.publicKey);
    const address = `http://127.0.0.1:${portOf(server)}/attacker`;
    for (const header of [{ jwk }, { jku: address }, { x5u: address }, { kid: address }]) {
      const token = await build({}, header).setExpirationTime('1m').sign(stranger.privateKey);
      await expect(tokens.verifyToken(token)).rejects.toMatchObject({ code: 'auth.invalidToken' });
    }
    expect(new Set(requests)).toEqual(new Set(['/jwks']));
  });

  it('answers `overloaded` when the keys cannot be fetched, because that is not the caller’s fault', async () => {
    const unreachable = externalTokens('http://127.0.0.1:9/jwks');
    const token = await build({}).setExpirationTime('1m').sign(keys.privateKey);
    await expect(unreachable.verifyToken(token)).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('is off without configuration', async () => {
    const off = new ExternalTokens({
      ...settingsSchema.parse({}),
      databaseUrl: 'postgres://unused',
      authSecret: 'unused',
      isDatabaseOwn: false,
    });
    const token = await build({}).setExpirationTime('1m').sign(keys.privateKey);
    expect(off.issuerOf(token)).toBeUndefined();
    await expect(off.verifyToken(token)).rejects.toMatchObject({ code: 'auth.invalidToken' });
  });
});

function portOf(listening: Server): number {
  const address: AddressInfo | string | null = listening.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}
