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
      'Whose `X-Forwarded-For` is believed: off, on (anybody, only behind a proxy that overwrites it), a number of hops, or addresses and networks separated by commas.',
    type: 'on|off|hops|addresses',
    byDefault: 'off',
  });

/** The process and its HTTP server. */
export const serverSettings = {
  nodeEnv: choice(
    'In production Parley insists on its own signing secret, hides the API docs and never makes up an operator.',
    ['development', 'production', 'test'],
    'development',
  ),
  host: text('Address to listen on. The default is reachable from this machine only.', '127.0.0.1', { flag: '--host' }),
  port: integer('Port to listen on. 0 picks a free one and prints it.', { min: 0, max: 65_535, byDefault: 3000, flag: '--port' }),
  dataDir: text(
    'Folder of what Parley keeps itself: the embedded database and generated secrets. Relative to the working directory.',
    '.data',
    { flag: '--data-dir' },
  ),
  role: choice(
    'Which part of Parley this process is: api (REST and sockets), worker (queues), or all of it.',
    ['all', 'api', 'worker'],
    'all',
    { flag: '--role' },
  ),
  processes: integer('API processes on this machine. More than one needs REDIS_URL.', { max: 256, byDefault: 1, flag: '--processes' }),
  logLevel: choice(
    'The least important lines that are written. Lines for each message are at debug.',
    ['trace', 'debug', 'info', 'warn', 'error'],
    'info',
    { flag: '--log-level' },
  ),
  trustProxy,
  corsOrigins: list('Origins of web pages that may call the API and open sockets, beside the one the server itself answers on.', origin),
  docsEnabled: toggle('Serve the API docs at /docs. Off by default when NODE_ENV is production.', true, { env: 'DOCS' }),
  requestTimeoutMs: integer('Milliseconds a client may take to send one whole request.', { byDefault: 10_000 }),
  connectionTimeoutMs: integer('Milliseconds of silence after which an HTTP connection is closed. Above the 45 s a long poll may wait.', {
    min: 50_000,
    byDefault: 60_000,
  }),
  ackTimeoutMs: integer('Milliseconds after which a request or socket command that has no answer yet is answered with `overloaded`.', {
    byDefault: 2500,
  }),
  stuckAfterMs: integer(
    'Milliseconds for which the event loop may stand still; then the process ends itself, to be started again. 0 lets it stand.',
    { min: 0, max: 3_600_000, byDefault: 60_000 },
  ),
  shutdownTimeoutMs: integer('Milliseconds a graceful stop may take; then the process exits with 1.', { max: 600_000, byDefault: 9000 }),
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
