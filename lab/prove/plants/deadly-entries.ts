import { appendFileSync, existsSync } from 'node:fs';
import { EntryAppliers } from '../../../src/modules/log/entry-appliers.js';
import type { LogEntry } from '../../../src/modules/log/draft.js';

/**
 * Loaded into a server with `node --import`: entries with a deadly word crash the process that persists them, as long as the file
 * named by `PROVE_DEADLY_FILE` exists. Each attempt to persist such an entry is recorded in that file.
 */
const file = process.env['PROVE_DEADLY_FILE'] ?? '';
const gigabyte = 2 ** 30;
const bytesPerNumber = 8;
const chunk = 1_000_000;

const deaths: Readonly<Record<string, () => void>> = {
  'deadly-exit': () => process.exit(1),
  'deadly-memory': () => {
    const held: number[][] = [];
    while (held.length * chunk * bytesPerNumber < gigabyte) held.push(Array.from({ length: chunk }, () => Math.random()));
  },
  'deadly-loop': () => {
    for (;;);
  },
};

const apply = EntryAppliers.prototype.apply;

EntryAppliers.prototype.apply = function planted(this: EntryAppliers, tx, entries) {
  if (existsSync(file)) for (const entry of entries) dieOf(entry);
  return apply.call(this, tx, entries);
};

function dieOf({ conversationId, rev, body }: LogEntry): void {
  const text = JSON.stringify(body);
  for (const [word, die] of Object.entries(deaths)) {
    if (!text.includes(word)) continue;
    appendFileSync(file, `${conversationId}:${rev}\n`);
    die();
  }
}
