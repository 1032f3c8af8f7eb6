import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settingList } from '#platform/config/setting-list.js';
import { systemEnvironment } from '#platform/config/system-environment.js';
import type { ProcessSpec } from './supervised-process.js';
import { topology } from './topology.js';

/** The built server, beside the built tool. */
export const entryFile = fileURLToPath(new URL('../../src/main.js', import.meta.url));

export interface NodeOptions {
  readonly dataDir: string;
  readonly name: string;
  readonly role: 'api' | 'worker';
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** One node of Parley. */
export function nodeService({ dataDir, name, role, port, environment }: NodeOptions): ProcessSpec {
  const folder = join(dataDir, name);
  mkdirSync(folder, { recursive: true });
  return {
    name,
    program: process.execPath,
    args: [...topology.nodeFlags, entryFile, 'serve'],
    environment: { ...environment, HOST: '127.0.0.1', PORT: String(port), ROLE: role, DATA_DIR: folder },
    // A separate folder, so that the developer's `.env` files have no effect.
    directory: folder,
    stopSignal: 'SIGTERM',
    stopGraceSeconds: topology.stopGraceSeconds.node,
    isReady: () => answers(`http://127.0.0.1:${port}${topology.health.ready}`),
  };
}

/**
 * The environment of every node: the topology's settings, and all other settings from the environment of this process.
 * `secretFiles` contains a file for each secret.
 */
export function nodeEnvironment(
  given: Readonly<Record<string, string | undefined>>,
  secretFiles: Readonly<Record<string, string>>,
  hasProxy: boolean,
): Readonly<Record<string, string>> {
  const own = new Set(['HOST', 'PORT', 'ROLE', 'DATA_DIR', ...Object.keys(topology.secretFiles), ...Object.keys(secretFiles)]);
  const passedOn = settingList
    .flatMap(({ env, fileEnv }) => (fileEnv === undefined ? [env] : [env, fileEnv]))
    .flatMap((name): Array<[string, string]> => {
      const value = given[name];
      return own.has(name) || value === undefined ? [] : [[name, value]];
    });
  const trust = hasProxy ? {} : { TRUST_PROXY: 'off' };
  return { ...systemEnvironment(), ...topology.environment, ...trust, ...Object.fromEntries(passedOn), ...secretFiles };
}

/** Whether the address answers with 200. Rejects if nothing answers. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
  await response.arrayBuffer();
  return response.status === 200;
}
