import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { join } from 'node:path';
import { haproxyConfig } from '../../../tools/cluster/haproxy-config.js';
import { findProgram } from '../../../tools/cluster/find-program.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { freePort } from '../../support/postgres.js';
import { killAtExit } from '../../support/kill-at-exit.js';
import { openFolder, type Server, startServer } from '../../support/server.js';
import { until } from '../../support/until.js';

jest.setTimeout(60_000);

const registrationsMax = 2;
/** The address from which the proxy that terminates TLS connects to HAProxy. */
const tlsProxyAddress = '127.0.0.9';
const haproxy = findProgram(['haproxy'], 'apt-get install haproxy');

/** Registers a guest from this address; `spoofed` is an X-Forwarded-For that the client makes up. Returns the status. */
function register(port: number, localAddress: string, spoofed?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(spoofed === undefined ? {} : { 'x-forwarded-for': spoofed }) };
    const outgoing = request({ host: '127.0.0.1', port, localAddress, method: 'POST', path: '/v1/auth/guest', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify({ displayName: 'Guest' }));
  });
}

/** A proxy as it terminates TLS: it appends the client's address to X-Forwarded-For, and passes on what the client sent before. */
function startTlsProxy(target: () => number): Promise<HttpServer> {
  const proxy = createServer((incoming: IncomingMessage, answer) => {
    const seen = incoming.headers['x-forwarded-for'];
    const reported = [...(seen === undefined ? [] : [seen].flat()), incoming.socket.remoteAddress ?? ''].join(', ');
    const { method, url: path, headers } = incoming;
    const to = {
      host: '127.0.0.1',
      port: target(),
      localAddress: tlsProxyAddress,
      method,
      path,
      headers: { ...headers, 'x-forwarded-for': reported },
    };
    const outgoing = request(to, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.writeHead(502).end());
    incoming.pipe(outgoing);
  });
  return new Promise((resolve) => proxy.listen(0, '127.0.0.1', () => resolve(proxy)));
}

function portOf(server: HttpServer): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy does not listen');
  return address.port;
}

describe('behind HAProxy', () => {
  let server: Server;
  let tlsProxy: HttpServer;
  let proxy: ChildProcess;
  let port: number;

  beforeAll(async () => {
    const env = { TRUST_PROXY: '1', RATE_REGISTER_PER_MINUTE: String(registrationsMax) };
    server = await startServer({ databaseUrl: await createDatabase(environment().adminUrl), env });
    port = await freePort();
    const file = join(openFolder('parley-haproxy-'), 'haproxy.cfg');
    const nodes = [{ name: 'api-1', address: `127.0.0.1:${server.port}` }];
    writeFileSync(file, haproxyConfig({ bind: `127.0.0.1:${port}`, nodes, isResolved: false }));
    proxy = spawn(haproxy, ['-db', '-f', file], {
      env: { ...process.env, TRUSTED_PROXIES: `${tlsProxyAddress} 10.0.0.0/8` },
      stdio: 'ignore',
    });
    killAtExit(proxy);
    tlsProxy = await startTlsProxy(() => port);
    const isReady = () =>
      fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ status }) => status === 200,
        () => false,
      );
    await until('HAProxy reaches the node', isReady, { timeoutMs: 20_000 });
  });
  afterAll(async () => {
    proxy.kill('SIGKILL');
    tlsProxy.close();
    await server.stop();
  });

  const viaTls = (address: string, spoofed?: string) => register(portOf(tlsProxy), address, spoofed);

  test('two clients behind a proxy that terminates TLS have rate limits of their own', async () => {
    expect([await viaTls('127.0.0.21'), await viaTls('127.0.0.21'), await viaTls('127.0.0.21')]).toEqual([201, 201, 429]);
    expect(await viaTls('127.0.0.22')).toBe(201);
  });

  test('a client that makes up its address behind a proxy that terminates TLS gets no further attempts', async () => {
    const statuses: number[] = [];
    for (const spoofed of ['203.0.113.1', '203.0.113.2, 10.0.0.1', '203.0.113.3, 203.0.113.4', '127.0.0.9', 'nonsense'])
      statuses.push(await viaTls('127.0.0.23', spoofed));
    expect(statuses).toEqual([201, 201, 429, 429, 429]);
  });

  test('a client that reaches HAProxy directly cannot choose its address', async () => {
    const statuses: number[] = [];
    for (const spoofed of ['203.0.113.11', '203.0.113.12', '203.0.113.13']) statuses.push(await register(port, '127.0.0.24', spoofed));
    expect(statuses).toEqual([201, 201, 429]);
    expect(await register(port, '127.0.0.25')).toBe(201);
  });

  test('behind two trusted proxies in a row, the client is the one that the first of them saw', async () => {
    const seenByTheFirst = (client: string) => register(port, tlsProxyAddress, `198.51.100.1, ${client}, 10.0.0.7`);
    expect([await seenByTheFirst('203.0.113.31'), await seenByTheFirst('203.0.113.31'), await seenByTheFirst('203.0.113.31')]).toEqual([
      201, 201, 429,
    ]);
    expect(await seenByTheFirst('203.0.113.32')).toBe(201);
  });
});
