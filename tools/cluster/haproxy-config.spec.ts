import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '#platform/config/load-config.js';
import { lookForProgram } from './find-program.js';
import { composeHaproxyConfig, haproxyConfig } from './haproxy-config.js';
import { nodeNames, topology } from './topology.js';

const local = haproxyConfig({ bind: '127.0.0.1:8080', isResolved: false, nodes: [{ name: 'api-1', address: '127.0.0.1:4001' }] });

describe('the configuration of HAProxy', () => {
  it('is committed in its latest form for containers', () => {
    expect(readFileSync('deploy/haproxy.cfg', 'utf8')).toBe(composeHaproxyConfig());
  });

  it('checks whether every API node is ready, and routes a poll to its node', () => {
    const text = composeHaproxyConfig();
    for (const name of nodeNames('api')) {
      expect(text).toMatch(new RegExp(`server ${name} ${name}:${topology.api.port} check `));
      expect(text).toContain(`cookie ${name} track nodes/${name}`);
    }
    expect(text).toContain(`uri ${topology.health.ready}\n`);
    expect(text).toContain('option http-server-close');
  });

  it('has timeouts longer than a long poll and the heartbeat of a socket', () => {
    const { timeoutSeconds } = topology.proxy;
    const { connectionTimeoutMs } = loadSettings({ environment: {}, directory: tmpdir() });
    const heartbeatSeconds = 25 + 20;
    expect(timeoutSeconds.server).toBeGreaterThan(heartbeatSeconds);
    expect(timeoutSeconds.client).toBeGreaterThan(heartbeatSeconds);
    expect(timeoutSeconds.tunnel).toBeGreaterThan(heartbeatSeconds);
    expect(timeoutSeconds.server * 1000).toBeGreaterThanOrEqual(connectionTimeoutMs);
  });

  it.each([
    ['containers', composeHaproxyConfig()],
    ['processes', local],
  ])('is accepted by HAProxy if it is installed: %s', (_, text) => {
    const haproxy = lookForProgram('haproxy');
    if (haproxy === undefined) return;
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
});
