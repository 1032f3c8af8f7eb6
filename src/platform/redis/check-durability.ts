import { Cluster, type Redis } from 'ioredis';
import { errorMessage } from '../errors/error-facts.js';
import type { Log } from '../logging/log.js';
import { StartError } from '../start-error.js';
import type { RedisClient } from './redis-client.js';

/** The first version with sharded publish and subscribe. */
const majorVersionMin = 7;

/**
 * Refuses a Redis that cannot keep what Parley acknowledges: too old, without an append-only file, or with a policy that evicts
 * data. Throws a `StartError` that says what to change. Logs what an acknowledgement guarantees. A Redis that hides its settings
 * (`CONFIG` is forbidden) is accepted, with a warning.
 */
export async function checkDurability(client: RedisClient, log: Log): Promise<void> {
  for (const node of mastersOf(client)) await checkNode(node, log);
}

function mastersOf(client: RedisClient): readonly Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [client];
}

async function checkNode(node: Redis, log: Log): Promise<void> {
  const place = `${node.options.host ?? 'localhost'}:${node.options.port ?? 6379}`;
  const version = /^redis_version:(\d+)\.([\d.]+)/m.exec(await node.info('server'));
  if (version !== null && Number(version[1]) < majorVersionMin)
    throw new StartError(
      `Redis at ${place} is version ${version[1]}.${version[2]}; Parley needs ${majorVersionMin}.0 or newer (or Valkey)`,
    );
  let settings: ReadonlyMap<string, string>;
  try {
    settings = await readSettings(node);
  } catch (error) {
    log.warn({ redis: place, reason: errorMessage(error) }, 'the durability of Redis cannot be checked: see that appendonly is yes');
    return;
  }
  const problems = problemsOf(settings);
  if (problems.length > 0)
    throw new StartError(`Redis at ${place} would lose what Parley acknowledges:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  logGuarantee(settings.get('appendfsync') ?? 'everysec', place, log);
}

async function readSettings(node: Redis): Promise<ReadonlyMap<string, string>> {
  const settings = new Map<string, string>();
  for (const name of ['appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy']) {
    const reply: unknown = await node.config('GET', name);
    if (Array.isArray(reply) && reply.length >= 2) settings.set(String(reply[0]), String(reply[1]));
  }
  return settings;
}

function problemsOf(settings: ReadonlyMap<string, string>): string[] {
  const problems: string[] = [];
  if (settings.get('appendonly') !== 'yes')
    problems.push('appendonly is no: set `appendonly yes` in redis.conf, or run `redis-cli config set appendonly yes`');
  const policy = settings.get('maxmemory-policy');
  if (settings.get('maxmemory') !== '0' && policy !== 'noeviction')
    problems.push(
      `maxmemory-policy is ${policy ?? 'unknown'}, which throws data away when memory is short: set \`maxmemory-policy noeviction\``,
    );
  return problems;
}

function logGuarantee(appendfsync: string, place: string, log: Log): void {
  const guarantee =
    appendfsync === 'always'
      ? 'what is acknowledged survives the death of a process and of the machine'
      : appendfsync === 'everysec'
        ? 'what is acknowledged survives the death of any process; the last second is lost when the machine dies (`always` closes that)'
        : 'what is acknowledged survives the death of any process; half a minute can be lost when the machine dies (`always` closes that)';
  log.info({ redis: place, appendfsync }, guarantee);
}
