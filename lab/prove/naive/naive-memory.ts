import { join } from 'node:path';
import { root } from '../paths.js';
import { Child, residentBytes } from '../processes/child.js';
import { freePort } from '../processes/ports.js';
import { SlowReader } from '../workload/slow-reader.js';
import { sleep } from '../wait.js';

/** Bytes by which a bare Socket.IO server grows while one reader does not read, `ms` long. */
export async function naiveMemory(folder: string, perSecond: number, bytes: number, ms: number): Promise<number> {
  const port = await freePort();
  const file = join(root, 'dist/lab/prove/naive/naive-broadcast.js');
  const args = [file, String(port), String(perSecond), String(bytes)];
  const child = new Child({ command: process.execPath, args, logFile: join(folder, 'naive.log') });
  try {
    await child.line('the naive server is ready', (line) => line.includes('ready'), 10_000);
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
