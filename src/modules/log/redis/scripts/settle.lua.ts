import { RedisScript } from '../../../../platform/redis/redis-script.js';

/**
 * settle: entries that storage has leave the log.
 *
 * Keys       1 outbox, then five per conversation (head, entries, clients, changes, parked), then the keys that remember the
 *            settled client ids
 * Arguments  1 conversations, 2 entries, per conversation: id,
 *            per entry: conversation (1..), rev, '1' when it was read as parked, field in clients ('' none), key of settled ids
 *              (0: none), field in it ('' when the key is a string), place, second at which the memory of it may end
 * Returns    how many entries left
 * Effects    the entries are gone from entries, changes, outbox or parked; their client ids move from clients to the memory of
 *            settled ones; the head of a conversation with nothing left expires in 15 minutes, long after anybody who
 *            has not found it could still act on what storage said before.
 * Atomic     yes. An entry that is not there in the state in which it was read is left alone. Runs when memory is short too:
 *            this is what makes room.
 */
export const settleScript = new RedisScript(`#!lua flags=allow-oom
local idleSeconds, lateSeconds = 900, 600
local conversations, entries = tonumber(ARGV[1]), tonumber(ARGV[2])
local first = 2 + conversations
local left = 0
local memories = {}

local function take(id, key, rev, isParked)
  if isParked then return redis.call('HDEL', KEYS[key + 5], rev) == 1 end
  if redis.call('ZREMRANGEBYSCORE', KEYS[key + 2], rev, rev) == 0 then return false end
  redis.call('ZREM', KEYS[key + 4], rev)
  redis.call('ZREM', KEYS[1], id .. ' ' .. rev)
  return true
end

for e = 1, entries do
  local at = first + (e - 1) * 8
  local conversation, rev, client, settled = tonumber(ARGV[at + 1]), ARGV[at + 2], ARGV[at + 4], tonumber(ARGV[at + 5])
  local key = 1 + (conversation - 1) * 5
  if take(ARGV[2 + conversation], key, rev, ARGV[at + 3] == '1') then
    left = left + 1
    if client ~= '' then
      redis.call('HDEL', KEYS[key + 3], client)
      if settled > 0 and ARGV[at + 6] == '' then
        redis.call('SET', KEYS[settled], ARGV[at + 7], 'EX', lateSeconds)
      elseif settled > 0 then
        redis.call('HSET', KEYS[settled], ARGV[at + 6], ARGV[at + 7])
        memories[settled] = ARGV[at + 8]
      end
    end
  end
end
for key, endsAt in pairs(memories) do redis.call('EXPIREAT', KEYS[key], endsAt) end
for c = 1, conversations do
  local key = 1 + (c - 1) * 5
  if redis.call('EXISTS', KEYS[key + 2], KEYS[key + 5]) == 0 then redis.call('EXPIRE', KEYS[key + 1], idleSeconds) end
end
return left
`);

/**
 * park: one entry is set aside.
 *
 * Keys       1 outbox, 2 entries, 3 changes, 4 parked
 * Arguments  1 conversation, 2 rev, 3 reason as one line
 * Returns    1 when it was pending, 0 when it was not (parked before, or settled)
 * Effects    the entry moves from entries, changes and outbox to parked; its client id stays known.
 * Atomic     yes. Runs when memory is short too.
 */
export const parkScript = new RedisScript(`#!lua flags=allow-oom
local entry = redis.call('ZRANGEBYSCORE', KEYS[2], ARGV[2], ARGV[2])[1]
if not entry then return 0 end
redis.call('HSET', KEYS[4], ARGV[2], ARGV[3] .. '\\n' .. entry)
redis.call('ZREMRANGEBYSCORE', KEYS[2], ARGV[2], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])
redis.call('ZREM', KEYS[1], ARGV[1] .. ' ' .. ARGV[2])
return 1
`);
