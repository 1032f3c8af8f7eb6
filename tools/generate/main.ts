import { generatedDocuments } from './documents.js';
import { staleDocuments, writeDocuments } from './generate.js';

const usage =
  'usage: npm run generate [-- --check]\n  writes the documents made from the contract; --check only names those that differ and exits 1\n';

/** Runs the generator in `root`; returns the exit code. */
function main(args: readonly string[], root: string): number {
  if (args.some((arg) => arg !== '--check')) {
    process.stderr.write(usage);
    return 2;
  }
  if (!args.includes('--check')) {
    const written = writeDocuments(generatedDocuments, root);
    process.stdout.write(
      written.length === 0 ? 'all generated documents are current\n' : written.map((path) => `wrote ${path}\n`).join(''),
    );
    return 0;
  }
  const stale = staleDocuments(generatedDocuments, root);
  process.stdout.write(stale.map((path) => `differs from the contract: ${path} (run npm run generate)\n`).join(''));
  return stale.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2), process.cwd());
