import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessCluster } from '../../tools/cluster/cluster.js';
import { raisedLimits } from '../support/raised-limits.js';
import { Crowd } from './crowd.js';
import { Measurement, type ReportProgress } from './measurement.js';
import { Meters } from './meters.js';
import type { UnitCosts } from './unit-costs.js';

/** Settings that allow thousands of concurrent handshakes. */
const environment = { ...raisedLimits, SOCKETS_UNPROVEN_MAX: '10000', LOG_LEVEL: 'warn' };

/** Starts a cluster of two API nodes and one worker, loads it step by step and reads the use of its processes. Takes minutes; Linux only. */
export async function measureUnitCosts(reportProgress: ReportProgress): Promise<UnitCosts> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-simulate-'));
  chmodSync(folder, 0o711);
  const options = {
    nodes: 2,
    workers: 1,
    hasRedisCluster: false,
    hasProxy: false,
    port: 0,
    dataDir: join(folder, 'data'),
    environment,
  };
  const cluster = new ProcessCluster(options, { line: () => undefined, note: reportProgress });
  process.once('exit', () => cluster.kill());
  try {
    const addresses = await cluster.start();
    const meters = await Meters.open(cluster, addresses);
    const crowd = new Crowd(addresses.nodes.map(({ url }) => url));
    try {
      return await new Measurement(cluster, meters, crowd, reportProgress).run();
    } finally {
      crowd.leave();
      await meters.close();
    }
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}
