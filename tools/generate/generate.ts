import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GeneratedDocument } from './documents.js';

/** Writes the documents below `root`; returns the paths of those that changed. */
export function writeDocuments(documents: readonly GeneratedDocument[], root: string): string[] {
  return differing(documents, root).map(({ path, text }) => {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    return path;
  });
}

/** The paths of documents that are missing or outdated. Writes nothing. */
export function staleDocuments(documents: readonly GeneratedDocument[], root: string): string[] {
  return differing(documents, root).map(({ path }) => path);
}

function differing(documents: readonly GeneratedDocument[], root: string): { path: string; text: string }[] {
  return documents.map(({ path, write }) => ({ path, text: write() })).filter(({ path, text }) => readIfPresent(join(root, path)) !== text);
}

function readIfPresent(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
