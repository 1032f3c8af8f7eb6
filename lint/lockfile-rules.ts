import { z } from 'zod';
import type { Finding } from './finding.js';

const Lockfile = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), resolved: z.string().optional() }).loose()),
});
type Packages = z.infer<typeof Lockfile>['packages'];

/** The lowest version of each package without known vulnerabilities. Null: the package must not be installed. */
export const versionFloors: Readonly<Record<string, string | null>> = {
  'socket.io-parser': '4.2.7',
  'engine.io': '6.6.10',
  ws: '8.21.0',
  fastify: '5.8.1',
  typeorm: '1.0.0',
  jws: '3.2.3',
  multer: null,
};

/** Packages that must not have two copies, because two parts of Parley would then use different instances of them. */
const single = ['socket.io', 'bullmq', 'zod'];

/** Checks a `package-lock.json`. */
export function checkLockfile(path: string, text: string): Finding[] {
  const { packages } = Lockfile.parse(JSON.parse(text));
  const report = (rule: string, message: string): Finding => ({ path, line: 1, rule, message });
  return [
    ...addresses(packages).map((name) =>
      report('lockfile-addresses', `${name} has the address of a registry: npm config set omit-lockfile-registry-resolved true`),
    ),
    ...tooOld(packages).map((message) => report('version-floors', message)),
    ...single
      .filter((name) => copies(packages, name).length > 1)
      .map((name) => report('single-copies', `${name} is installed more than once`)),
  ];
}

function addresses(packages: Packages): string[] {
  return Object.entries(packages)
    .filter(([, { resolved }]) => resolved !== undefined && /^https?:/.test(resolved))
    .map(([location]) => location);
}

function tooOld(packages: Packages): string[] {
  return Object.entries(versionFloors).flatMap(([name, floor]) =>
    copies(packages, name)
      .filter(({ version }) => floor === null || compareVersions(version, floor) < 0)
      .map(({ location, version }) =>
        floor === null
          ? `${location} must not be installed`
          : `${location} ${version} is below ${floor}, which fixes known vulnerabilities`,
      ),
  );
}

function copies(packages: Packages, name: string): { location: string; version: string }[] {
  return Object.entries(packages)
    .filter(([location]) => location === `node_modules/${name}` || location.endsWith(`/node_modules/${name}`))
    .map(([location, { version }]) => ({ location, version: version ?? '0.0.0' }));
}

/** Compares `major.minor.patch`; a pre-release counts as its release. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('-', 1).join('').split('.').map(Number));
  const difference = [0, 1, 2].map((index) => (left?.[index] ?? 0) - (right?.[index] ?? 0)).find((part) => part !== 0);
  return difference ?? 0;
}
