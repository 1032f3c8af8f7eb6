import { z } from 'zod';
import type { Finding } from './finding.js';
import { isInRange, lowestVersions, parseRange, versionsToTry } from './node-range.js';

const Engines = z.union([z.object({ node: z.string().optional() }), z.array(z.string())]);
const Lockfile = z.object({ packages: z.record(z.string(), z.object({ engines: Engines.optional() })) });

/**
 * Checks that each locked package accepts every version of Node that Parley's `engines` names, so that `npm ci` prints no warning, and
 * that the documents name the same versions.
 */
export function checkNodeVersions(lockfile: string, documents: ReadonlyMap<string, string>): Finding[] {
  const { packages } = Lockfile.parse(JSON.parse(lockfile));
  const named = packages['']?.engines;
  const own = named === undefined || Array.isArray(named) ? undefined : named.node;
  if (own === undefined) return [{ path: 'package.json', line: 1, rule: 'node-versions', message: 'has no `engines.node`' }];
  const ownRange = parseRange(own);
  const refused = Object.entries(packages).flatMap(([location, { engines }]): Finding[] => {
    const node = engines === undefined || Array.isArray(engines) ? undefined : engines.node;
    if (location === '' || node === undefined) return [];
    const range = parseRange(node);
    const version = versionsToTry([ownRange, range]).find((one) => isInRange(one, ownRange) && !isInRange(one, range));
    if (version === undefined) return [];
    const message = `${location} needs Node ${node}, but Parley runs on ${version.join('.')} too: npm ci prints a warning`;
    return [{ path: 'package-lock.json', line: 1, rule: 'node-versions', message }];
  });
  const words = `Node (${lowestVersions(ownRange).join(', ')} or newer`;
  const silent = [...documents].flatMap(([path, text]): Finding[] =>
    text.includes(words)
      ? []
      : [{ path, line: 1, rule: 'node-versions', message: `does not say "${words}", as engines in package.json does` }],
  );
  return [...refused, ...silent];
}
