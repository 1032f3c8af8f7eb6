import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { errorMessage } from '../../support/error-message.js';

/** Where Debian's package has its parts. */
export interface EjabberdPackage {
  readonly erlang: string;
  /** Folder of the Erlang libraries, ejabberd among them. */
  readonly libraries: string;
  /** Tables of its archive. */
  readonly schemaFile: string;
}

const script = '/usr/sbin/ejabberdctl';
const schemaFile = '/usr/share/ejabberd/sql/pg.sql';
const erlangLibraries = '/usr/lib/erlang/lib';
const remedy = 'on Debian and Ubuntu: apt-get install --no-install-recommends ejabberd erlang-p1-pgsql';

/** Finds the package; its own script, which runs for one system user only, knows the folders. Throws when something is not installed. */
export function findEjabberd(): EjabberdPackage {
  const text = existsSync(script) ? readFileSync(script, 'utf8') : '';
  const [, libraries] = /^ERL_LIBS='([^']+)'/m.exec(text) ?? [];
  const [, erlang] = /^ERL="([^"]+)"/m.exec(text) ?? [];
  if (libraries === undefined || erlang === undefined || !existsSync(schemaFile)) throw new Error(`ejabberd is not installed: ${remedy}`);
  if (!hasPostgresDriver([libraries, erlangLibraries])) throw new Error(`ejabberd has no driver for Postgres: ${remedy}`);
  return { erlang, libraries, schemaFile };
}

/** Why ejabberd cannot run here; null when it can. */
export function ejabberdMissing(): string | null {
  try {
    findEjabberd();
    return null;
  } catch (error) {
    return errorMessage(error);
  }
}

function hasPostgresDriver(folders: readonly string[]): boolean {
  return folders.some((folder) => existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('p1_pgsql-')));
}
