import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../start-error.js';
import { loadSettings, type SettingSources } from './load-config.js';
import { ownSecret } from './own-secret.js';

describe('loadSettings', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'parley-config-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const load = (sources: SettingSources = {}) => loadSettings({ environment: {}, directory, ...sources });
  const failure = (sources: SettingSources): StartError => {
    try {
      load(sources);
    } catch (error) {
      if (error instanceof StartError) return error;
      throw error;
    }
    throw new Error('the settings were accepted');
  };
  const write = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };

  it('prefers flags to the environment, then .env.local, .env and defaults', () => {
    write('.env', 'PORT=1\nHOST=from-env-file\nLOG_LEVEL=error\nPERSIST_BATCH_MAX=7\n');
    write('.env.local', 'PORT=2\nHOST=from-local\nLOG_LEVEL=warn\n');
    const settings = load({ environment: { PORT: '3', HOST: 'from-environment' }, flags: { port: '4' } });
    expect(settings).toMatchObject({ port: 4, host: 'from-environment', logLevel: 'warn', persistBatchMax: 7, shardCount: 16 });
  });

  it('reads a given file instead of .env and .env.local, and fails when it is missing', () => {
    write('.env.local', 'PORT=2');
    expect(load({ envFile: write('mine.env', 'HOST=mine') })).toMatchObject({ host: 'mine', port: 3000 });
    expect(failure({ envFile: join(directory, 'absent') }).message).toContain('--env-file');
  });

  it('names every wrong variable, its source and the expected value, with exit code 2', () => {
    const error = failure({ environment: { PORT: 'abc', LOBBY: 'maybe', TRUST_PROXY: 'banana' }, flags: { role: 'king' } });
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain('PORT (environment): expected a whole number from 0 to 65535, got "abc"');
    expect(error.message).toContain('LOBBY (environment): expected on or off');
    expect(error.message).toContain('TRUST_PROXY (environment): expected on, off, a number of hops');
    expect(error.message).toContain('--role: expected one of all, api, worker, got "king"');
  });

  it('never prints the value of a secret', () => {
    expect(failure({ environment: { DATABASE_URL: 'mysql://me:hidden@host/db' } }).message).not.toContain('hidden');
  });

  it('reads a secret from a file, but refuses a file and a direct value together', () => {
    const path = write('secret', `${'s'.repeat(20)}${'t'.repeat(20)}\n`);
    expect(load({ environment: { AUTH_SECRET_FILE: path } }).authSecret).toBe('s'.repeat(20) + 't'.repeat(20));
    expect(failure({ environment: { AUTH_SECRET_FILE: path, AUTH_SECRET: 'x' } }).message).toContain('only one of the two');
    expect(failure({ environment: { AUTH_SECRET_FILE: join(directory, 'absent') } }).message).toContain('AUTH_SECRET_FILE');
  });

  it.each([
    ['missing', undefined],
    ['short', 'a1b2c3d4e5f6'],
    ['an example', 'please-change-me-please-change-me-1234'],
    ['one character', 'a'.repeat(64)],
  ])('refuses production with a signing secret that is %s', (_, secret) => {
    expect(failure({ environment: { NODE_ENV: 'production', AUTH_SECRET: secret } }).message).toContain('AUTH_SECRET');
  });

  it('accepts production with a real secret, and hides the docs there unless they are enabled', () => {
    const environment = { NODE_ENV: 'production', AUTH_SECRET: 'vN0cZ3Rk1mYq8uXw5tBh2sLd7fGj4pQa' };
    expect(load({ environment }).docsEnabled).toBe(false);
    expect(load({ environment: { ...environment, DOCS: 'on' } }).docsEnabled).toBe(true);
    expect(load().docsEnabled).toBe(true);
  });

  it('names the settings that several processes and cluster mode require', () => {
    expect(failure({ flags: { processes: '2' } }).message).toContain('REDIS_URL');
    const cluster = failure({ flags: { redisUrl: 'redis://localhost' } }).message;
    expect(cluster).toContain('DATABASE_URL: required with REDIS_URL');
    expect(cluster).toContain('AUTH_SECRET: required with REDIS_URL');
    expect(failure({ flags: { redisUrl: 'redis://:hidden@a:1,b:x' } }).message).not.toContain('hidden');
  });

  it('reads lists and switches', () => {
    const settings = load({
      environment: { CORS_ORIGINS: 'https://a.example, http://localhost:5173', LOBBY: 'off', TRUST_PROXY: '10.0.0.0/8,::1' },
    });
    expect(settings).toMatchObject({
      corsOrigins: ['https://a.example', 'http://localhost:5173'],
      lobbyEnabled: false,
      trustProxy: ['10.0.0.0/8', '::1'],
    });
    expect(failure({ environment: { CORS_ORIGINS: 'https://a.example/path' } }).message).toContain('CORS_ORIGINS');
  });

  it('keeps its own secret, readable by its owner only', () => {
    const path = join(directory, 'new', 'auth.secret');
    const secret = ownSecret(path);
    expect(ownSecret(path)).toBe(secret);
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
