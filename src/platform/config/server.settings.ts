import { isIP } from 'node:net';
import { z } from 'zod';
import { choice, integer, list, text, toggle } from './setting.js';

const origin = z
  .string()
  .refine(
    (value) => URL.canParse(value) && new URL(value).origin === value,
    'expected origins such as https://chat.example.org, without a path',
  );

const trustProxy = z
  .string()
  .transform(readTrust)
  .refine((trust) => !Array.isArray(trust) || trust.every(isNetwork), 'expected on, off, a number of hops, or addresses and networks')
  .default(false)
  .meta({
    description:
      'Which proxies may set `X-Forwarded-For`: off (none), on (all, which is safe only behind a proxy that overwrites it), a number of hops, or addresses and networks separated by commas.',
    type: 'on|off|hops|addresses',
    byDefault: 'off',
  });

/** The process and its HTTP server. */
export const serverSettings = {
  nodeEnv: choice(
    'In production Parley requires AUTH_SECRET, hides the API docs and never generates an operator.',
    ['development', 'production', 'test'],
    'development',
  ),
  host: text('Address to listen on. The default accepts connections from this machine only.', '127.0.0.1', { flag: '--host' }),
  port: integer('Port to listen on. 0 chooses a free port and prints it.', { min: 0, max: 65_535, byDefault: 3000, flag: '--port' }),
  dataDir: text('Folder for the embedded database and generated secrets, relative to the working directory.', '.data', {
    flag: '--data-dir',
  }),
  role: choice(
    'The part of Parley that this process runs: api (REST and sockets), worker (queues), or all.',
    ['all', 'api', 'worker'],
    'all',
    { flag: '--role' },
  ),
  processes: integer('Number of API processes on this machine. More than one requires REDIS_URL.', {
    max: 256,
    byDefault: 1,
    flag: '--processes',
  }),
  logLevel: choice(
    'The least important lines that are written. Lines for each message are at debug.',
    ['trace', 'debug', 'info', 'warn', 'error'],
    'info',
    { flag: '--log-level' },
  ),
  trustProxy,
  corsOrigins: list("Origins of web pages that may call the API and open sockets, in addition to the server's own origin.", origin),
  docsEnabled: toggle('Whether the API docs are served at /docs. Off by default if NODE_ENV is production.', true, { env: 'DOCS' }),
  requestTimeoutMs: integer('Milliseconds within which a client must send a complete request.', { byDefault: 10_000 }),
  connectionTimeoutMs: integer(
    'Milliseconds of silence after which an HTTP connection is closed. Must exceed the 45 s that a long poll may wait.',
    {
      min: 50_000,
      byDefault: 60_000,
    },
  ),
  ackTimeoutMs: integer('Milliseconds after which a pending request or socket command is answered with `overloaded`.', {
    byDefault: 2500,
  }),
  stuckAfterMs: integer(
    'Milliseconds for which the event loop may be blocked before the process exits, so that a supervisor restarts it. 0 turns this off.',
    { min: 0, max: 3_600_000, byDefault: 60_000 },
  ),
  shutdownTimeoutMs: integer('Milliseconds that a graceful stop may take; then the process exits with code 1.', {
    max: 600_000,
    byDefault: 9000,
  }),
} as const;

function readTrust(value: string): boolean | number | string[] {
  if (/^(on|true)$/i.test(value)) return true;
  if (/^(off|false|0)$/i.test(value)) return false;
  return /^\d{1,2}$/.test(value) ? Number(value) : value.split(',').map((part) => part.trim());
}

function isNetwork(value: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(value)) return true;
  const [host = '', bits] = value.split('/');
  return isIP(host) !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
}
