import { RedisScript } from '#platform/redis/redis-script.js';
import { clock, inParts } from './shared.lua.js';

/** How long a client id that is in no hour is remembered after its message left; and one of an hour at the least. */
const lateSeconds = 600;
/** The memory of an hour outlives the dedupe window, so that no node takes an id for new that another one has just let go. */
const hourSeconds = 3600;
const memorySeconds = 27 * hourSeconds;

/** `leave(hour, count)`: so many entries whose ids are of this hour do not wait for storage any more; with the last, the hour's end is set. */
const hours = `
local function leave(hour, count)
  local key = prefix .. 'ids:' .. hour
  if redis.call('HINCRBY', key, 'pending', -count) > 0 then return end
  local endsAt = math.max(hour * ${hourSeconds} + ${memorySeconds}, math.floor(nowMs() / 1000) + ${lateSeconds})
  redis.call('EXPIREAT', key, string.format('%d', endsAt))
end`;

/**
 * settle: entries that storage has leave the log.
 *
 * Keys       1 entries, 2 outbox, 3 index, 4 changes, 5 clients; ids, late and parked ones are made of the prefix
 * Arguments  1 prefix of the shard's keys,
 *            per entry between blanks: name (conversation and rev), '1' when it was read as parked, '1' when it took a seq,
 *            digest of the client id ('-' without one), hour in which the id is kept (0: in none)
 * Returns    how many entries left
 * Effects    the entries are gone from entries, outbox, index and changes, or from parked; meta says when: what storage said of a head
 *            before that counts no more. Client ids of an hour stay there until the hour's memory ends, others move from clients to
 *            the memory of late ones.
 * Atomic     yes. An entry that is not there in the state in which it was read is left alone. Runs when memory is short too:
 *            this is what makes room.
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
 * park: one entry is set aside.
 *
 * Keys       1 entries, 2 outbox, 3 index, 4 changes, 5 clients, 6 parked; ids are made of the prefix
 * Arguments  1 prefix of the shard's keys, 2 name, 3 rev, 4 reason as one line, 5 digest of the client id ('-' without one),
 *            6 hour in which the id is kept (0: in none)
 * Returns    1 when it was pending, 0 when it was not (parked before, or settled)
 * Effects    the entry moves from entries, outbox, index and changes to parked; its client id stays known, among clients: it may
 *            stay parked for longer than an hour's memory.
 * Atomic     yes. Runs when memory is short too.
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
