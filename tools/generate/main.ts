import { generatedDocuments } from './documents.js';
import { staleDocuments, writeDocuments } from './generate.js';

const usage = 'usage: npm run generate [-- --check]\n  writes the generated documents; --check only lists outdated ones and exits with 1\n';

/** Runs the generator in `root`; returns the exit code. */
function main(args: readonly string[], root: string): number {
  if (args.some((arg) => arg !== '--check')) {
    process.stderr.write(usage);
    return 2;
  }
  if (!args.includes('--check')) {
    const written = writeDocuments(generatedDocuments, root);
    process.stdout.write(
      written.length === 0 ? 'all generated documents are up to date\n' : written.map((path) => `wrote ${path}\n`).join(''),
    );
    return 0;
  }
  const stale = staleDocuments(generatedDocuments, root);
  process.stdout.write(stale.map((path) => `outdated: ${path} (run npm run generate)\n`).join(''));
  return stale.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2), process.cwd());
