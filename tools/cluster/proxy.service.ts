import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemEnvironment } from '#platform/config/system-environment.js';
import { findProgram } from './find-program.js';
import { haproxyConfig, type ProxiedNode } from './haproxy-config.js';
import { answers } from './node.service.js';
import type { ProcessSpec } from './supervised-process.js';
import { topology } from './topology.js';

const remedy = 'on Debian and Ubuntu: apt-get install haproxy; or leave it out with --no-haproxy';

/** Path of HAProxy. If it is missing, throws a `StartError` that says how to install it or do without. */
export function proxyProgram(): string {
  return findProgram(['haproxy'], remedy);
}

/** HAProxy in front of the API nodes, on loopback. Writes its configuration to the data folder. */
export function proxyService(dataDir: string, port: number, nodes: readonly ProxiedNode[]): ProcessSpec {
  const file = join(dataDir, 'haproxy.cfg');
  const trusted = process.env['TRUSTED_PROXIES'];
  writeFileSync(file, haproxyConfig({ bind: `127.0.0.1:${port}`, nodes, isResolved: false }));
  return {
    name: 'haproxy',
    program: proxyProgram(),
    args: ['-db', '-f', file],
    environment: { ...systemEnvironment(), ...(trusted === undefined ? {} : { TRUSTED_PROXIES: trusted }) },
    directory: dataDir,
    stopSignal: 'SIGTERM',
    stopGraceSeconds: topology.stopGraceSeconds.proxy,
    isReady: () => answers(`http://127.0.0.1:${port}${topology.health.ready}`),
  };
}
