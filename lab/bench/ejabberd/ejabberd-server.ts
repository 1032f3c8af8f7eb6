import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { choosePorts } from '../../../tools/cluster/ports.js';
import { postgresService } from '../../../tools/cluster/postgres.service.js';
import { residentBytes } from '../../support/process-stats.js';
import type { Defer } from '../scenario.js';
import { makeFolder, removeFolder } from '../servers/parley-server.js';
import { SupervisedGroup } from '../servers/supervised-group.js';
import { findEjabberd } from './ejabberd-package.js';
import { ejabberdService } from './ejabberd-service.js';
import type { XmppConnection } from './xmpp-connection.js';
import { logIn } from './xmpp-login.js';

const password = 'bench';

/** ejabberd with its users and its archive in a Postgres that has the settings of Parley's cluster (fsync on). */
export class EjabberdServer {
  private constructor(
    readonly pid: number,
    readonly postgresPid: number,
    private readonly ports: { readonly client: number; readonly api: number },
    private readonly database: pg.Client,
  ) {}

  /** Starts both in a new folder, which is removed after they have stopped. */
  static async start(defer: Defer): Promise<EjabberdServer> {
    const folder = await makeFolder();
    defer(() => removeFolder(folder));
    const ports = await choosePorts(join(folder, 'ports.json'), ['postgres', 'client', 'api']);
    const { postgres: postgresPort = 0, client = 0, api = 0 } = ports;
    const postgres = await postgresService(join(folder, 'data'), postgresPort);
    const stores = await SupervisedGroup.start([postgres.spec]);
    defer(() => stores.stop());
    const database = new pg.Client({ connectionString: postgres.url });
    await database.connect();
    defer(() => database.end());
    await database.query(await readFile(findEjabberd().schemaFile, 'utf8'));
    const places = { clientPort: client, apiPort: api, databaseUrl: postgres.url };
    const server = await SupervisedGroup.start([await ejabberdService(join(folder, 'ejabberd'), places)]);
    defer(() => server.stop());
    return new EjabberdServer(server.pid('ejabberd'), stores.pid('postgres'), { client, api }, database);
  }

  /** Creates users in ejabberd's table. Returns their names. */
  async createUsers(count: number): Promise<string[]> {
    const users = Array.from({ length: count }, (_, index) => `user${String(index + 1).padStart(6, '0')}`);
    await this.database.query('INSERT INTO users (username, password) SELECT unnest($1::text[]), $2', [users, password]);
    return users;
  }

  logIn(user: string): Promise<XmppConnection> {
    return logIn(this.ports.client, user, password);
  }

  /** The rows of the archive: one per send to a room, two per send between users, because each user has an archive. */
  async archivedRows(): Promise<number> {
    const { rows } = await this.database.query<{ count: string }>('SELECT count(*) FROM archive');
    return Number(rows[0]?.count);
  }

  /** Resident memory in bytes after garbage collection in all Erlang processes. */
  async residentBytes(): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.ports.api}/api/gc`, { method: 'POST', body: '{}' });
    if (!response.ok) throw new Error(`ejabberd's garbage collection failed: ${response.status} ${await response.text()}`);
    return residentBytes(this.pid);
  }
}
