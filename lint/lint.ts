import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { checkAdrLength } from './adr-rules.js';
import { checkDistribution } from './distribution-rules.js';
import { checkEnglish } from './english-rules.js';
import { checkFileName } from './file-rules.js';
import type { Finding, SourceFile } from './finding.js';
import { checkLockfile } from './lockfile-rules.js';
import { checkNodeVersions } from './node-version-rules.js';
import { checkSyntax } from './syntax-rules.js';

const folders = ['contracts', 'src', 'test', 'tools', 'lab', 'lint', 'scripts'];
/** The folders whose comments are checked for plain English. */
const plainFolders = ['contracts/', 'lab/', 'lint/', 'scripts/', 'src/', 'test/conformance/', 'test/support/', 'tools/'];
const skipped = new Set(['node_modules', 'dist', '.artifacts']);

/** Checks the whole repository below `root`. */
export function lintRepository(root: string): Finding[] {
  const files = folders
    .flatMap((folder) => sourcesBelow(join(root, folder)))
    .map((path): SourceFile => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }));
  const lockfile = 'package-lock.json';
  return [
    ...files.flatMap(lintFile),
    ...checkDistribution(files),
    ...checkLockfile(lockfile, readFileSync(join(root, lockfile), 'utf8')),
    ...checkNodeVersions(
      readFileSync(join(root, lockfile), 'utf8'),
      new Map(['README.md', 'CONTRIBUTING.md'].map((path) => [path, readFileSync(join(root, path), 'utf8')])),
    ),
    ...adrsOf(root).flatMap(checkAdrLength),
  ];
}

/** Checks one file against every rule that looks at single files. */
function lintFile(file: SourceFile): Finding[] {
  if (!file.path.endsWith('.ts')) return checkFileName(file);
  const isPlain = plainFolders.some((folder) => file.path.startsWith(folder));
  return [...checkFileName(file), ...checkSyntax(file), ...(isPlain ? checkEnglish(file) : [])];
}

function adrsOf(root: string): SourceFile[] {
  const folder = 'docs/adr';
  return readdirSync(join(root, folder)).map((name) => ({
    path: `${folder}/${name}`,
    text: readFileSync(join(root, folder, name), 'utf8'),
  }));
}

function sourcesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : sourcesBelow(join(folder, entry.name));
    return /\.(ts|tsx|mjs|cjs)$/.test(entry.name) ? [join(folder, entry.name)] : [];
  });
}
