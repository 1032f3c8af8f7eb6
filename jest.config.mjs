import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Packages written as ES modules only: the ones that have to be turned into CommonJS, read off what is installed. */
function esmPackages() {
  const names = readdirSync(join(root, 'node_modules')).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(root, 'node_modules', name)).map((inner) => `${name}/${inner}`) : [name],
  );
  return names.filter((name) => {
    try {
      return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).type === 'module';
    } catch {
      return false;
    }
  });
}

const swcOptions = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  sourceMaps: 'inline',
};

const project = {
  rootDir: root,
  testEnvironment: 'node',
  transform: { '\\.(ts|js|mjs)$': ['@swc/jest', swcOptions] },
  // Only the last `node_modules` of a path counts: a package inside another one is judged by its own name.
  transformIgnorePatterns: [`/node_modules/(?!.*/node_modules/)(?!(?:${esmPackages().join('|')})/)`],
  resolver: '<rootDir>/test/support/resolver.cjs',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
  watchPathIgnorePatterns: ['<rootDir>/dist/'],
};

const environment = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/support/after-each.ts'],
};

/** Three sizes of tests: `small` needs nothing, `conformance` needs Postgres, `e2e` needs a built and running Parley. */
export default {
  projects: [
    {
      ...project,
      displayName: 'small',
      testMatch: ['src', 'contracts', 'tools', 'lint', 'lab'].map((folder) => `<rootDir>/${folder}/**/*.spec.ts`),
    },
    { ...project, ...environment, displayName: 'conformance', testMatch: ['<rootDir>/test/conformance/**/*.spec.ts'] },
    { ...project, ...environment, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
  ],
  cacheDirectory: join(root, 'node_modules/.cache/jest'),
  reporters: ['default', join(root, 'test/support/counts-reporter.mjs')],
  maxWorkers: 2,
  testTimeout: 30_000,
};
