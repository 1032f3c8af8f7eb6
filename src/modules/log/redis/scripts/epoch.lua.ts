import { RedisScript } from '#platform/redis/redis-script.js';

/**
 * status: what life a shard is in. Keys: 1 meta. Returns {epoch, run, position, since, opens ('' each when it was never opened),
 * run of the Redis process that answers, its time in ms}. Changes nothing.
 */
export const statusScript = new RedisScript(`#!lua flags=no-writes
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'position', 'since', 'opens')
local now = redis.call('TIME')
local reply = {}
for place = 1, 5 do reply[place] = meta[place] or '' end
reply[6] = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
reply[7] = tostring(now[1] * 1000 + math.floor(now[2] / 1000))
return reply
`);

/**
 * adopt: takes a shard into an epoch, on the Redis process that runs this.
 *
 * Keys       1 meta; heads are made of the prefix
 * Arguments  1 and 2 epoch and run that it is thought to be in ('' when it was never opened), 3 epoch, 4 lowest position,
 *            5 ms for which it stays closed, 6 prefix of the shard's keys
 * Returns    1, or 0 when it is in another life meanwhile
 * Effects    meta; since (the time from which on no client id was forgotten) moves when the epoch does, and the heads are forgotten
 *            then: each is compared with storage before it is used again.
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
 * restore: what a node knows to have been committed, and Redis has lost, gets its place back.
 *
 * Keys       1 meta, 2 entries, 3 outbox, 4 index, 5 changes, 6 clients; ids and parked ones are made of the prefix
 * Arguments  1 epoch, 2 prefix of the shard's keys,
 *            per entry nine: name, rev that storage has, read in this epoch, rev, '1' when it took a seq, position, digest of the
 *            client id ('' without one), hour in which it is kept (0: none), place, entry
 * Returns    how many were put back; -1 when the shard is in another epoch or takes commits already
 * Effects    as of their commit, at their old numbers and in their old order. What storage or the log has is left alone. Heads follow
 *            from what waits, when they are used.
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
