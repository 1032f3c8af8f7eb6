/** The address of Redis and its login. */
export interface RedisAddress {
  readonly hosts: ReadonlyArray<{ readonly host: string; readonly port: number }>;
  readonly isCluster: boolean;
  readonly isEncrypted: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** The database number; a Redis Cluster has only 0. */
  readonly db: number;
}

const portByDefault = 6379;

/**
 * Reads `redis://[user:password@]host[:port][,host[:port] ...][/db][?cluster=true]` (`rediss:` encrypts). Several hosts, or
 * `cluster=true`, mean a Redis Cluster. Throws an `Error` whose message says what is wrong and shows no password.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const [first = '', ...further] = text.split(',').map((part) => part.trim());
  const last = further.at(-1);
  // The part after the last host (database, options) belongs to all hosts.
  const tail = last === undefined ? '' : (/[/?].*$/.exec(withoutScheme(last))?.[0] ?? '');
  const url = parseUrl(first + tail);
  const hosts = [first, ...further].map((part) => hostOf(parseUrl(`redis://${withoutScheme(part)}`)));
  const isCluster = hosts.length > 1 || url.searchParams.get('cluster') === 'true';
  const db = url.pathname.length > 1 ? Number(url.pathname.slice(1)) : 0;
  if (!Number.isInteger(db) || db < 0) throw new Error('the database is not a number');
  if (isCluster && db !== 0) throw new Error('a Redis Cluster has only database 0');
  return {
    hosts,
    isCluster,
    isEncrypted: url.protocol === 'rediss:',
    username: decoded(url.username),
    password: decoded(url.password),
    db,
  };
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Error('expected redis://host:port, with commas between the hosts of a Redis Cluster');
  const url = new URL(text);
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:')
    throw new Error('expected an address that starts with redis:// or rediss://');
  if (url.hostname === '') throw new Error('an address names no host');
  return url;
}

function withoutScheme(part: string): string {
  return part.replace(/^rediss?:\/\//, '');
}

function hostOf({ hostname, port }: URL): { host: string; port: number } {
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? portByDefault : Number(port) };
}

function decoded(value: string): string | undefined {
  return value === '' ? undefined : decodeURIComponent(value);
}
