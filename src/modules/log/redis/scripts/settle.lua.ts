import { RedisScript } from '#platform/redis/redis-script.js';
import { clock, inParts } from './shared.lua.js';

/** How long a client id is remembered after its message has left the log: at least this long, and exactly this long if it belongs to no hour. */
const lateSeconds = 600;
/** An hour is remembered for longer than the dedupe window, so that no node treats an id as new that has only just been forgotten. */
const hourSeconds = 3600;
const memorySeconds = 27 * hourSeconds;

/** `leave(hour, count)`: `count` entries with ids of this hour are no longer pending. When none is left, the hour's expiry is set. */
const hours = `
local function leave(hour, count)
  local key = prefix .. 'ids:' .. hour
  if redis.call('HINCRBY', key, 'pending', -count) > 0 then return end
  local endsAt = math.max(hour * ${hourSeconds} + ${memorySeconds}, math.floor(nowMs() / 1000) + ${lateSeconds})
  redis.call('EXPIREAT', key, string.format('%d', endsAt))
end`;

/**
 * settle: removes entries that storage has from the log.
 *
 * Keys       1 entries, 2 outbox, 3 index, 4 changes, 5 clients; the keys of ids, late ids and parked entries are built from the prefix
 * Arguments  1 prefix of the shard's keys,
 *            per entry, separated by spaces: name (conversation and rev), '1' if it was parked when it was read, '1' if it took a seq,
 *            digest of the client id ('-' without one), hour under which the id is remembered (0: none)
 * Returns    number of removed entries
 * Effects    removes the entries from entries, outbox, index and changes, or from parked, and records the time in meta: a head that was
 *            read from storage before this time is no longer valid. Client ids of an hour stay there until the hour expires; other ids
 *            move from clients to late.
 * Atomic     yes. An entry whose state has changed since it was read is skipped. Also runs when memory is short, because settling
 *            frees memory.
 */
export const settleScript = new RedisScript(`#!lua flags=allow-oom
local prefix = ARGV[1]
${clock}
${inParts}
${hours}
local names, byName = {}, {}
local left, gone, changes, ofHour = 0, {}, {}, {}

local function remember(digest, hour)
  local place = redis.call('HGET', KEYS[5], digest)
  if not place then return end
  redis.call('HDEL', KEYS[5], digest)
  if hour == '0' then
    redis.call('SET', prefix .. 'late:' .. digest, place, 'EX', ${lateSeconds})
  else
    redis.call('HSET', prefix .. 'ids:' .. hour, digest, place)
    leave(tonumber(hour), 0)
  end
end

for e = 2, #ARGV do
  local id, rev, isParked, takesSeq, digest, hour = string.match(ARGV[e], '^(%S+) (%d+) ([01]) ([01]) (%S+) (%d+)$')
  local name = id .. ' ' .. rev
  if isParked == '0' then
    names[#names + 1] = name
    byName[name] = { takesSeq = takesSeq, digest = digest, hour = hour }
  elseif redis.call('HDEL', prefix .. id .. ':parked', string.format('%d', rev)) == 1 then
    left = left + 1
    if digest ~= '-' then remember(digest, hour) end
  end
end

local scores = {}
each(names, function(...)
  for _, score in ipairs(redis.call('ZMSCORE', KEYS[3], ...)) do scores[#scores + 1] = score end
end)
for place, name in ipairs(names) do
  local entry = byName[name]
  if scores[place] and not entry.isGone then
    entry.isGone = true
    gone[#gone + 1] = name
    if entry.takesSeq == '0' then changes[#changes + 1] = name end
    if entry.digest ~= '-' then
      if entry.hour == '0' then remember(entry.digest, entry.hour)
      else ofHour[entry.hour] = (ofHour[entry.hour] or 0) + 1 end
    end
  end
end
each(gone, function(...)
  redis.call('HDEL', KEYS[1], ...)
  redis.call('ZREM', KEYS[2], ...)
  redis.call('ZREM', KEYS[3], ...)
end)
each(changes, function(...) redis.call('ZREM', KEYS[4], ...) end)
for hour, count in pairs(ofHour) do leave(tonumber(hour), count) end
if left + #gone > 0 then redis.call('HSET', prefix .. 'meta', 'settledAt', string.format('%d', nowMs())) end
return left + #gone
`);

/**
 * park: moves an entry that cannot be persisted out of the outbox.
 *
 * Keys       1 entries, 2 outbox, 3 index, 4 changes, 5 clients, 6 parked; the keys of ids are built from the prefix
 * Arguments  1 prefix of the shard's keys, 2 name, 3 rev, 4 reason on one line, 5 digest of the client id ('-' without one),
 *            6 hour under which the id is remembered (0: none)
 * Returns    1 if the entry was pending, 0 if it was not (already parked, or settled)
 * Effects    moves the entry from entries, outbox, index and changes to parked. Its client id moves to clients, which do not expire,
 *            because the entry may stay parked for longer than an hour is remembered.
 * Atomic     yes. Also runs when memory is short.
 */
export const parkScript = new RedisScript(`#!lua flags=allow-oom
local prefix, name, rev, reason, digest, hour = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
${clock}
${hours}
local entry = redis.call('HGET', KEYS[1], name)
if not entry then return 0 end
redis.call('HSET', KEYS[6], rev, reason .. '\\n' .. entry)
redis.call('HDEL', KEYS[1], name)
for key = 2, 4 do redis.call('ZREM', KEYS[key], name) end
if digest ~= '-' and hour > 0 then
  redis.call('HSET', KEYS[5], digest, redis.call('HGET', prefix .. 'ids:' .. hour, digest))
  redis.call('HDEL', prefix .. 'ids:' .. hour, digest)
  leave(hour, 1)
end
return 1
`);
