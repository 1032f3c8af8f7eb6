import type { ConversationId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import type { RedisScript } from '#platform/redis/redis-script.js';
import type { ClientKey, KnownMessage } from '../draft.js';
import { creationTimeOf, digestOf, hourOf, parsePlace } from './client-id-memory.js';
import { decodeTexts } from './decode-replies.js';
import type { LogKeys } from './log-keys.js';
import { keyText, type LogStorage } from './log-storage.js';
import { knownScript } from './scripts/read.lua.js';

/** The parts of the log that know client ids. */
interface Sources {
  readonly run: (script: RedisScript, keys: readonly string[], args: ReadonlyArray<string | number>) => Promise<unknown>;
  readonly keysOf: (id: ConversationId) => LogKeys;
  readonly storage: Pick<LogStorage, 'places'>;
}

const retryAfterMs = 1000;

/** The messages that Redis or storage has under these client ids, in their order. Redis first: what leaves it in between is in storage. */
export async function findKnownMessages(sources: Sources, keys: readonly ClientKey[]): Promise<Array<KnownMessage | undefined>> {
  const shards = new Map<string, { readonly shard: LogKeys; readonly own: ClientKey[] }>();
  for (const key of keys) {
    const shard = sources.keysOf(key.conversationId);
    const known = shards.get(shard.prefix);
    if (known === undefined) shards.set(shard.prefix, { shard, own: [key] });
    else known.own.push(key);
  }
  const found = await Promise.all([...shards.values()].map(({ shard, own }) => placesInRedis(sources, shard, own)));
  const places = new Map(found.flat());
  const missing = keys.filter((key) => !places.has(keyText(key)));
  for (const [name, place] of await sources.storage.places(missing)) places.set(name, place);
  return keys.map((key) => {
    const place = places.get(keyText(key));
    return place === undefined ? undefined : parsePlace(place);
  });
}

/** The places that one shard remembers. Throws `overloaded` for a moment after a loss, before every node has restored its commits. */
async function placesInRedis({ run }: Sources, shard: LogKeys, keys: readonly ClientKey[]): Promise<Array<[name: string, place: string]>> {
  const hours: number[] = [];
  const args = keys.flatMap((key) => {
    const madeAt = creationTimeOf(key.clientId);
    if (madeAt === undefined) return [digestOf(key), 0];
    const hour = hourOf(madeAt);
    if (!hours.includes(hour)) hours.push(hour);
    return [digestOf(key), hours.indexOf(hour) + 1];
  });
  const scriptKeys = [shard.meta, shard.clients, ...hours.map((hour) => shard.idsOfHour(hour))];
  const [status, ...places] = decodeTexts(await run(knownScript, scriptKeys, [shard.prefix, ...args]));
  if (status !== 'ok') throw new AppError('overloaded', { detail: 'the conversation log recovers from a loss', retryAfterMs });
  return keys.flatMap((key, index) => {
    const place = places[index] ?? '';
    return place === '' ? [] : [[keyText(key), place]];
  });
}
