import { RedisScript } from '#platform/redis/redis-script.js';

/**
 * status: the epoch and the Redis process of a shard.
 *
 * Keys       1 meta
 * Returns    {epoch, run, position, since, opens (each '' if the shard was never opened), run of this Redis process, its time in ms,
 *            stored: the highest position that Postgres is known to have ('' if none)}
 * Effects    none
 */
export const statusScript = new RedisScript(`#!lua flags=no-writes
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'position', 'since', 'opens', 'stored')
local now = redis.call('TIME')
local reply = {}
for place = 1, 5 do reply[place] = meta[place] or '' end
reply[6] = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
reply[7] = tostring(now[1] * 1000 + math.floor(now[2] / 1000))
reply[8] = meta[6] or ''
return reply
`);

/**
 * adopt: opens a shard in an epoch, on the Redis process that runs this script.
 *
 * Keys       1 meta; the keys of heads are built from the prefix
 * Arguments  1 and 2 expected epoch and run ('' if the shard was never opened), 3 new epoch, 4 lowest position,
 *            5 ms for which the shard stays closed, 6 prefix of the shard's keys
 * Returns    1, or 0 if the shard's epoch or run is not the expected one
 * Effects    updates meta. If the epoch changes, also resets `since` (the time since which no client id was forgotten) and deletes the
 *            heads, so that each is compared with storage before it is used again.
 */
export const adoptScript = new RedisScript(`#!lua
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'position', 'generation')
if (meta[1] or '') ~= ARGV[1] or (meta[2] or '') ~= ARGV[2] then return 0 end
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local position = math.max(tonumber(meta[3] or 0), tonumber(ARGV[4]))
redis.call('HSET', KEYS[1], 'epoch', ARGV[3], 'run', string.match(redis.call('INFO', 'server'), 'run_id:(%x+)'), 'position', position)
if meta[1] ~= ARGV[3] then
  local generation = tonumber(meta[4] or 1)
  redis.call('UNLINK', ARGV[6] .. 'heads:' .. generation, ARGV[6] .. 'heads:' .. (generation - 1))
  redis.call('HSET', KEYS[1], 'since', ms, 'opens', ms + tonumber(ARGV[5]), 'rotatesAt', 0)
end
return 1
`);

/**
 * restore: puts committed entries back that Redis has lost and the calling node remembers.
 *
 * Keys       1 meta, 2 entries, 3 outbox, 4 index, 5 changes, 6 clients; the keys of ids and parked entries are built from the prefix
 * Arguments  1 epoch, 2 prefix of the shard's keys,
 *            per entry nine: name, rev in storage (read in this epoch), rev, '1' if it took a seq, position, digest of the client id
 *            ('' without one), hour under which the id is remembered (0: none), place, entry
 * Returns    number of restored entries; -1 if the shard is in another epoch or already takes commits
 * Effects    the same as their commit, with their old numbers and in their old order. Entries that storage or the log has are
 *            skipped. Heads are computed from the restored entries when they are next used.
 */
export const restoreScript = new RedisScript(`#!lua
local prefix = ARGV[2]
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'opens')
local now = redis.call('TIME')
if meta[1] ~= ARGV[1] or now[1] * 1000 + math.floor(now[2] / 1000) >= tonumber(meta[2]) then return -1 end
local restored = 0
for at = 3, #ARGV, 9 do
  local name, stored, rev, takesSeq, position, digest, hour, place, entry = unpack(ARGV, at, at + 8)
  local isThere = tonumber(rev) <= tonumber(stored) or redis.call('HEXISTS', KEYS[2], name) == 1
    or redis.call('HEXISTS', prefix .. string.match(name, '^%S+') .. ':parked', rev) == 1
  if not isThere then
    redis.call('HSET', KEYS[2], name, entry)
    redis.call('ZADD', KEYS[3], position, name)
    redis.call('ZADD', KEYS[4], 0, name)
    if takesSeq == '0' then redis.call('ZADD', KEYS[5], 0, name) end
    if digest ~= '' and hour == '0' then redis.call('HSET', KEYS[6], digest, place) end
    if digest ~= '' and hour ~= '0' then
      redis.call('HSET', prefix .. 'ids:' .. hour, digest, place)
      redis.call('HINCRBY', prefix .. 'ids:' .. hour, 'pending', 1)
      redis.call('PERSIST', prefix .. 'ids:' .. hour)
    end
    restored = restored + 1
  end
end
return restored
`);
