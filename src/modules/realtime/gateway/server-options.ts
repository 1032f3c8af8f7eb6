import type { ServerOptions } from 'socket.io';
import type { Config } from '#platform/config/config.js';
import { isOriginAllowed } from './origin.js';

type Limits = Pick<Config, 'corsOrigins' | 'trustProxy' | 'socketFrameBytesMax' | 'socketsUnprovenMax'>;

/** The options of our one Socket.IO server. `countUnproven` says how many connections have not proved a token yet. */
export function serverOptions(config: Limits, countUnproven: () => number): Partial<ServerOptions> {
  const rules = { corsOrigins: config.corsOrigins, isProxyTrusted: config.trustProxy !== false };
  return {
    path: '/socket.io',
    transports: ['websocket', 'polling'],
    serveClient: false,
    cookie: false,
    perMessageDeflate: false,
    httpCompression: { threshold: 1024 },
    // Frames of up to twice the limit are read, so that the command fails with `payload.tooLarge`. Larger ones only close the socket.
    maxHttpBufferSize: config.socketFrameBytesMax * 2,
    pingInterval: 25_000,
    pingTimeout: 20_000,
    connectTimeout: 5000,
    cors: (request, done) => done(null, { origin: isOriginAllowed(request, rules) }),
    allowRequest: (request, done) => {
      if (!isOriginAllowed(request, rules)) done('origin not allowed', false);
      else if (countUnproven() >= config.socketsUnprovenMax) done('too many connections', false);
      else done(null, true);
    },
  };
}
