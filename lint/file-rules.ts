import { basename } from 'node:path';
import type { Finding, SourceFile } from './finding.js';

const kebabCase = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

/** Checks the name of a file. */
export function checkFileName({ path }: SourceFile): Finding[] {
  const name = basename(path);
  const findings: Finding[] = [];
  if (!kebabCase.test(name))
    findings.push({ path, line: 1, rule: 'file-names', message: 'file names are kebab-case, as in send-message.ts or messages.module.ts' });
  if (path.startsWith('src/modules/') && name === 'index.ts')
    findings.push({ path, line: 1, rule: 'no-barrels', message: 'a module has no barrel' });
  return findings;
}
