import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { loadSettings } from '#platform/config/load-config.js';
import { composeHaproxyConfig } from './haproxy-config.js';
import { nodeNames, topology } from './topology.js';

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
});
