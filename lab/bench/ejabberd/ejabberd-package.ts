import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { errorMessage } from '../../support/error-message.js';

/** The paths of Debian's package. */
export interface EjabberdPackage {
  readonly erlang: string;
  /** The folder of the Erlang libraries, including ejabberd. */
  readonly libraries: string;
  /** The SQL schema. */
  readonly schemaFile: string;
}

const script = '/usr/sbin/ejabberdctl';
const schemaFile = '/usr/share/ejabberd/sql/pg.sql';
const erlangLibraries = '/usr/lib/erlang/lib';
const remedy = 'on Debian and Ubuntu: apt-get install --no-install-recommends ejabberd erlang-p1-pgsql';

/** Finds the package by reading its start script, which itself runs for one system user only. Throws if a part is not installed. */
export function findEjabberd(): EjabberdPackage {
  const text = existsSync(script) ? readFileSync(script, 'utf8') : '';
  const [, libraries] = /^ERL_LIBS='([^']+)'/m.exec(text) ?? [];
  const [, erlang] = /^ERL="([^"]+)"/m.exec(text) ?? [];
  if (libraries === undefined || erlang === undefined || !existsSync(schemaFile)) throw new Error(`ejabberd is not installed: ${remedy}`);
  if (!hasPostgresDriver([libraries, erlangLibraries])) throw new Error(`ejabberd's Postgres driver is not installed: ${remedy}`);
  return { erlang, libraries, schemaFile };
}

/** The reason why ejabberd cannot run here; null if it can. */
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
