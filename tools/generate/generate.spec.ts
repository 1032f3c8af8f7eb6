import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatedDocuments } from './documents.js';
import { staleDocuments, writeDocuments } from './generate.js';

describe('generated documents', () => {
  const root = mkdtempSync(join(tmpdir(), 'parley-generate-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('are committed in their latest form', () => {
    expect(staleDocuments(generatedDocuments, '.')).toEqual([]);
  });

  it('are written to their paths, and only rewritten when they have changed', () => {
    const paths = generatedDocuments.map(({ path }) => path);
    expect(staleDocuments(generatedDocuments, root)).toEqual(paths);
    expect(writeDocuments(generatedDocuments, root)).toEqual(paths);
    expect(writeDocuments(generatedDocuments, root)).toEqual([]);
  });

  it('are reported as outdated after a manual edit', () => {
    const path = 'docs/protocol/errors.md';
    writeFileSync(join(root, path), `${readFileSync(join(root, path), 'utf8')}more\n`);
    expect(staleDocuments(generatedDocuments, root)).toEqual([path]);
  });
});
