import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { z } from 'zod';

const portsSchema = z.record(z.string(), z.int());

/** Chooses a free port for each name and keeps the choice in the file, because the nodes of a Redis Cluster know each other by port. */
export async function choosePorts(file: string, names: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const ports = existsSync(file) ? portsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  for (const name of names) {
    const taken = new Set(Object.values(ports));
    while (ports[name] === undefined) {
      const port = await freePort();
      if (!taken.has(port)) ports[name] = port;
    }
  }
  writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}

/** A loopback port that is free at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
