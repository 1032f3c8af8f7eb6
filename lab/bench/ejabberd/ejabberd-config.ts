import { stringify } from 'yaml';
import { domain } from './xmpp-login.js';

/** The addresses of one run. */
export interface EjabberdPlaces {
  readonly clientPort: number;
  readonly apiPort: number;
  readonly databaseUrl: string;
}

const loopback = '127.0.0.1';

/** The domain of the rooms. */
export const roomDomain = `conference.${domain}`;

/**
 * ejabberd's configuration: Debian's chat modules (rosters, presence, offline messages, blocking, message carbons, stream management,
 * rooms) with every message archived. There is no traffic shaper, passwords are not hashed, and the listen backlog is raised from five.
 */
export function ejabberdConfig({ clientPort, apiPort, databaseUrl }: EjabberdPlaces): string {
  const { hostname, port, pathname, username, password } = new URL(databaseUrl);
  return stringify({
    hosts: [domain],
    loglevel: 'info',
    log_rotate_count: 0,
    auth_method: ['sql'],
    auth_password_format: 'plain',
    sql_type: 'pgsql',
    sql_server: hostname,
    sql_port: Number(port),
    sql_database: pathname.slice(1),
    sql_username: username,
    sql_password: password,
    listen: [
      { port: clientPort, ip: loopback, module: 'ejabberd_c2s', backlog: 4096, shaper: 'none' },
      { port: apiPort, ip: loopback, module: 'ejabberd_http', request_handlers: { '/api': 'mod_http_api' } },
    ],
    api_permissions: { bench: { who: { ip: `${loopback}/32` }, what: ['gc'] } },
    modules: {
      mod_blocking: {},
      mod_carboncopy: {},
      mod_client_state: {},
      mod_disco: {},
      mod_http_api: {},
      mod_last: {},
      mod_mam: { db_type: 'sql', default: 'always' },
      mod_muc: { hosts: [roomDomain], default_room_options: { mam: true, presence_broadcast: [] } },
      mod_offline: {},
      mod_ping: {},
      mod_privacy: {},
      mod_roster: { versioning: true },
      mod_stream_mgmt: { resend_on_timeout: 'if_offline' },
    },
  });
}
