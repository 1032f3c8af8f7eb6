import { createServer, type Server as HttpServer } from 'node:http';
import { once } from 'node:events';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { api } from '../../support/api.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { freePort } from '../../support/postgres.js';
import { type Server, startServer } from '../../support/server.js';
import { connect, connectRefused } from '../../support/sockets.js';
import { isRefused } from '../cases/case.js';

jest.setTimeout(30_000);

const issuer = 'https://id.example.org/';
const audience = 'parley-tests';

let keys: HttpServer;
let server: Server;
let signingKey: CryptoKey;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  signingKey = pair.privateKey;
  const document = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] });
  const port = await freePort();
  keys = createServer((_, response) => response.setHeader('content-type', 'application/json').end(document)).listen(port, '127.0.0.1');
  await once(keys, 'listening');
  const env = { AUTH_JWKS_URL: `http://127.0.0.1:${port}/jwks.json`, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience };
  server = await startServer({ databaseUrl: await createDatabase(environment().adminUrl), env });
});

afterAll(async () => {
  await server.stop();
  keys.close();
});

async function token(claims: JWTPayload = {}, key = signingKey): Promise<{ accessToken: string; url: string }> {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: issuer, aud: audience, sub: 'user-1', iat: now, exp: now + 600, ...claims };
  const accessToken = await new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(key);
  return { accessToken, url: server.url };
}

test('a token of the configured issuer is accepted over REST and sockets, and always identifies the same user', async () => {
  const first = (await api(await token({ name: 'Ada Lovelace' })).call('user.me')).ok(200);
  const again = (await api(await token()).call('user.me')).ok(200);
  expect(again.id).toBe(first.id);
  expect((await api(await token({ sub: 'user-2' })).call('user.me')).ok(200).id).not.toBe(first.id);
  const socket = await connect(await token());
  expect(socket.of('session.ready')).toMatchObject([{ userId: first.id }]);
});

test('many simultaneous first requests of a new user create one user', async () => {
  const mine = await token({ sub: 'user-3' });
  const users = await Promise.all(Array.from({ length: 12 }, () => api(mine).call('user.me')));
  expect(new Set(users.map((answer) => answer.ok(200).id)).size).toBe(1);
});

test('a token with a wrong issuer, audience or key, without an expiry, or expired is refused over REST and sockets', async () => {
  const { privateKey: foreignKey } = await generateKeyPair('ES256');
  const past = Math.floor(Date.now() / 1000) - 3600;
  const bad = [
    await token({ iss: 'https://evil.example/' }),
    await token({ aud: 'other' }),
    await token({}, foreignKey),
    await token({ exp: undefined }),
    await token({ sub: '' }),
  ];
  for (const one of bad) {
    await isRefused(one, 'user.me', {}, 'auth.invalidToken');
    expect((await connectRefused(one)).code).toBe('auth.invalidToken');
  }
  const late = await token({ iat: past, exp: past + 60 });
  await isRefused(late, 'user.me', {}, 'auth.expired');
  expect((await connectRefused(late)).code).toBe('auth.expired');
});

test('an unsigned token, or one signed with the public key as a secret, is refused', async () => {
  const { accessToken, url } = await token();
  const [, payload] = accessToken.split('.');
  const header = (alg: string) => Buffer.from(JSON.stringify({ alg, kid: 'k1', typ: 'JWT' })).toString('base64url');
  for (const forged of [`${header('none')}.${payload}.`, `${header('HS256')}.${payload}.c2lnbmF0dXJl`]) {
    await isRefused({ accessToken: forged, url }, 'user.me', {}, 'auth.invalidToken');
  }
});
