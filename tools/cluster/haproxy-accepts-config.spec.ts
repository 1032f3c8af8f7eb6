import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-program.js';
import { composeHaproxyConfig, haproxyConfig } from './haproxy-config.js';

const nodes = [{ name: 'api-1', address: '127.0.0.1:3001' }];

it.each([
  ['containers', composeHaproxyConfig()],
  ['processes', haproxyConfig({ bind: '127.0.0.1:3000', nodes, isResolved: false })],
])('HAProxy accepts the configuration for %s', (_, text) => {
  const haproxy = findProgram(['haproxy'], 'apt-get install haproxy');
  const folder = mkdtempSync(join(tmpdir(), 'parley-haproxy-'));
  try {
    writeFileSync(join(folder, 'haproxy.cfg'), text);
    // Names of containers cannot be resolved here, which is only a warning.
    const { status, stderr } = spawnSync(haproxy, ['-c', '-f', join(folder, 'haproxy.cfg')], { encoding: 'utf8' });
    expect(stderr).not.toContain('[ALERT]');
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
