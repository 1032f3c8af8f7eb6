import { RedisScript } from '../../../../platform/redis/redis-script.js';

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
 * Keys       1 meta
 * Arguments  1 and 2 epoch and run that it is thought to be in ('' when it was never opened), 3 epoch, 4 lowest position,
 *            5 ms for which it stays closed
 * Returns    1, or 0 when it is in another life meanwhile
 * Effects    meta; since (the time from which on no client id was forgotten) moves when the epoch does.
 */
export const adoptScript = new RedisScript(`#!lua
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'position')
if (meta[1] or '') ~= ARGV[1] or (meta[2] or '') ~= ARGV[2] then return 0 end
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local position = math.max(tonumber(meta[3] or 0), tonumber(ARGV[4]))
redis.call('HSET', KEYS[1], 'epoch', ARGV[3], 'run', string.match(redis.call('INFO', 'server'), 'run_id:(%x+)'), 'position', position)
if meta[1] ~= ARGV[3] then redis.call('HSET', KEYS[1], 'since', ms, 'opens', ms + tonumber(ARGV[5])) end
return 1
`);

/**
 * restore: what a node knows to have been committed, and Redis has lost, gets its place back.
 *
 * Keys       1 meta, 2 outbox, then five per conversation (head, entries, clients, changes, parked)
 * Arguments  1 epoch, 2 conversations, 3 entries, per conversation: id, seq and rev of storage, read in this epoch,
 *            per entry: conversation (1..), rev, seq, '1' when it took a seq, position, field in clients ('' none), place, entry
 * Returns    how many were put back; -1 when the shard is in another epoch or takes commits already
 * Effects    as of their commit, at their old numbers and in their old order. What storage or the log has is left alone.
 */
export const restoreScript = new RedisScript(`#!lua
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'opens')
local now = redis.call('TIME')
if meta[1] ~= ARGV[1] or now[1] * 1000 + math.floor(now[2] / 1000) >= tonumber(meta[2]) then return -1 end
local conversations, restored = tonumber(ARGV[2]), 0
local heads = {}
for c = 1, conversations do
  local key, at = 2 + (c - 1) * 5, 3 + (c - 1) * 3
  local head = redis.call('HMGET', KEYS[key + 1], 'seq', 'rev')
  local stored = tonumber(ARGV[at + 3])
  heads[c] = { key = key, id = ARGV[at + 1], stored = stored, seq = math.max(tonumber(head[1] or 0), tonumber(ARGV[at + 2])),
    rev = math.max(tonumber(head[2] or 0), stored) }
end
for e = 1, tonumber(ARGV[3]) do
  local at = 3 + conversations * 3 + (e - 1) * 8
  local head, rev = heads[tonumber(ARGV[at + 1])], tonumber(ARGV[at + 2])
  local isThere = rev <= head.stored or redis.call('ZCOUNT', KEYS[head.key + 2], rev, rev) > 0
    or redis.call('HEXISTS', KEYS[head.key + 5], rev) == 1
  if not isThere then
    redis.call('ZADD', KEYS[head.key + 2], rev, ARGV[at + 8])
    redis.call('ZADD', KEYS[2], ARGV[at + 5], head.id .. ' ' .. rev)
    if ARGV[at + 4] == '0' then redis.call('ZADD', KEYS[head.key + 4], rev, rev) end
    if ARGV[at + 6] ~= '' then redis.call('HSET', KEYS[head.key + 3], ARGV[at + 6], ARGV[at + 7]) end
    head.seq, head.rev, head.isMoved = math.max(head.seq, tonumber(ARGV[at + 3])), math.max(head.rev, rev), true
    restored = restored + 1
  end
end
for _, head in ipairs(heads) do
  if head.isMoved then
    redis.call('HSET', KEYS[head.key + 1], 'seq', head.seq, 'rev', head.rev, 'epoch', ARGV[1])
    redis.call('PERSIST', KEYS[head.key + 1])
  end
end
return restored
`);
