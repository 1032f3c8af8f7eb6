import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StartError } from '#platform/start-error.js';

/** Folders of servers that are often missing in PATH. */
const systemFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** The first of these programs that is installed, or undefined. */
function lookForProgram(...names: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...systemFolders];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** Like `lookForProgram`, but throws a `StartError` with the remedy if no program is installed. */
export function findProgram(names: readonly string[], remedy: string): string {
  const found = lookForProgram(...names);
  if (found === undefined) throw new StartError(`${names.join(' or ')} is not installed: ${remedy}`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
