import { readFileSync } from 'node:fs';
import { checkLockfile, versionFloors } from './lockfile-rules.js';

function check(packages: Record<string, { version?: string; resolved?: string }>): string[] {
  return checkLockfile('package-lock.json', JSON.stringify({ packages })).map(({ rule }) => rule);
}

describe('rules about the lockfile', () => {
  it('refuses a package with the address of a registry', () => {
    expect(check({ 'node_modules/zod': { version: '4.6.7', resolved: 'https://packages.example/zod.tgz' } })).toEqual([
      'lockfile-addresses',
    ]);
  });

  it('allows a workspace of the repository', () => {
    expect(check({ 'node_modules/sdk': { resolved: 'clients/sdk' } })).toEqual([]);
  });

  it.each(Object.entries(versionFloors).filter(([, floor]) => floor !== null))('refuses %s below %s at any depth', (name) => {
    expect(check({ [`node_modules/a/node_modules/${name}`]: { version: '0.9.9' } })).toEqual(['version-floors']);
  });

  it.each(Object.entries(versionFloors).filter(([, floor]) => floor !== null))('allows %s at %s', (name, floor) => {
    expect(check({ [`node_modules/${name}`]: { version: floor ?? undefined } })).toEqual([]);
  });

  it('compares versions as numbers, not as text', () => {
    expect(check({ 'node_modules/ws': { version: '8.100.0' }, 'node_modules/engine.io': { version: '6.6.9' } })).toEqual([
      'version-floors',
    ]);
  });

  it('refuses multer in any version', () => {
    expect(check({ 'node_modules/multer': { version: '99.0.0' } })).toEqual(['version-floors']);
  });

  it('refuses two copies of Socket.IO', () => {
    expect(
      check({ 'node_modules/socket.io': { version: '4.8.4' }, 'node_modules/a/node_modules/socket.io': { version: '4.8.3' } }),
    ).toEqual(['single-copies']);
  });

  it('accepts the lockfile of this repository', () => {
    expect(checkLockfile('package-lock.json', readFileSync('package-lock.json', 'utf8'))).toEqual([]);
  });
});
