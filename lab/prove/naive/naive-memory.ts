import { join } from 'node:path';
import { Child } from '../../support/child.js';
import { builtProgram } from '../../support/paths.js';
import { residentBytes } from '../../support/process-stats.js';
import { freePort } from '../../../tools/cluster/ports.js';
import { SlowReader } from '../workload/slow-reader.js';
import { sleep } from '../../support/wait.js';

/** The bytes by which a bare Socket.IO server grows while one client does not read for `ms`. */
export async function naiveMemory(folder: string, perSecond: number, bytes: number, ms: number): Promise<number> {
  const port = await freePort();
  const args = [builtProgram('prove/naive/naive-broadcast'), String(port), String(perSecond), String(bytes)];
  const child = new Child({ command: process.execPath, args, logFile: join(folder, 'naive.log') });
  try {
    await child.waitForLine('the naive server is ready', (line) => line.includes('ready'), 10_000);
    const reader = await SlowReader.open(`http://127.0.0.1:${port}`, {}, 'session.ready');
    await sleep(1000);
    const before = residentBytes(child.pid);
    reader.stopReading();
    await sleep(ms);
    const grown = residentBytes(child.pid) - before;
    reader.close();
    return grown;
  } finally {
    await child.kill();
  }
}
