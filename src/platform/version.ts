import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const manifestSchema = z.object({ name: z.string(), version: z.string() });

/** Parley's version, from its package.json: the nearest one above this file, whether it runs from `src` or from `dist/src`. */
export function parleyVersion(from: string = dirname(fileURLToPath(import.meta.url))): string {
  try {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')));
    if (manifest.name === 'parley') return manifest.version;
  } catch {
    if (dirname(from) === from) throw new Error('package.json of parley was not found');
  }
  return parleyVersion(dirname(from));
}
