import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorMessage } from '../errors/error-facts.js';
import { StartError } from '../start-error.js';

const secretBytes = 32;

/**
 * Reads the secret in this file, and creates it at the first call, readable by its owner only. Two processes that start at the same time get
 * the same secret. Throws a `StartError` when the file can be neither read nor created.
 */
export function ownSecret(path: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) publish(path, randomBytes(secretBytes).toString('base64url'));
    const secret = readFileSync(path, 'utf8').trim();
    if (secret.length >= secretBytes) return secret;
  } catch (error) {
    throw new StartError(`Cannot keep a secret in ${path}: ${errorMessage(error)}`, 1, { cause: error });
  }
  throw new StartError(`${path} holds no complete secret; delete it, and Parley creates a new one`);
}

/** Writes a complete draft and links it: the file is never partial, and the first of two writers wins. */
function publish(path: string, secret: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${secret}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
