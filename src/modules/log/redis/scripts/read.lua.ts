import { RedisScript } from '../../../../platform/redis/redis-script.js';

/**
 * heads. Keys: 1 meta, then the heads. Returns per head: seq, rev ('' both when it is not there), and 1 when it was compared
 * with storage in the shard's epoch. Changes nothing.
 */
export const headsScript = new RedisScript(`#!lua flags=no-writes
local epoch = redis.call('HGET', KEYS[1], 'epoch')
local reply = {}
for k = 2, #KEYS do
  local head = redis.call('HMGET', KEYS[k], 'seq', 'rev', 'epoch')
  reply[#reply + 1] = head[1] or ''
  reply[#reply + 1] = head[2] or ''
  reply[#reply + 1] = (head[3] and head[3] == epoch) and 1 or 0
end
return reply
`);

/** After a loss, until every node has given back what it knows: what is read now could be persisted past what is still missing. */
const closedCheck = `
local function isClosed(meta)
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000) < tonumber(redis.call('HGET', meta, 'opens') or 0)
end`;

/**
 * outbox: the oldest entries of a shard.
 *
 * Keys       1 outbox, 2 meta; the entries' keys are made of the prefix and lie in the same slot
 * Arguments  1 how many, 2 prefix of the shard's keys
 * Returns    conversation, entry, conversation, entry ... in commit order; nothing for a moment after a loss
 * Effects    none
 */
export const outboxScript = new RedisScript(`#!lua flags=no-writes
${closedCheck}
local reply = {}
if isClosed(KEYS[2]) then return reply end
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1)) do
  local id, rev = string.match(member, '^(%S+) (%d+)$')
  local entry = redis.call('ZRANGEBYSCORE', ARGV[2] .. id .. ':entries', rev, rev)[1]
  if entry then
    reply[#reply + 1] = id
    reply[#reply + 1] = entry
  end
end
return reply
`);

/**
 * pending: a stretch of one conversation's pending entries.
 *
 * Keys       1 entries, 2 meta
 * Arguments  1 after rev, 2 before rev, 3 'asc' or 'desc', 4 limit
 * Returns    {'ok', entries ...}, or {'closed'} for a moment after a loss
 * Effects    none
 */
export const pendingScript = new RedisScript(`#!lua flags=no-writes
${closedCheck}
if isClosed(KEYS[2]) then return {'closed'} end
local low, high = '(' .. ARGV[1], '(' .. ARGV[2]
local entries = ARGV[3] == 'asc' and redis.call('ZRANGEBYSCORE', KEYS[1], low, high, 'LIMIT', 0, ARGV[4])
  or redis.call('ZREVRANGEBYSCORE', KEYS[1], high, low, 'LIMIT', 0, ARGV[4])
table.insert(entries, 1, 'ok')
return entries
`);

/**
 * messages: pending entries of one conversation that took a seq.
 *
 * Keys       1 entries, 2 parked
 * Arguments  1 after seq, 2 before seq, 3 'asc' or 'desc', 4 limit
 * Returns    {the entries in that order, all parked ones in no order}
 * Effects    none
 * How        every entry carries the newest seq at its commit, which never falls as rev rises: the bound is found by halving.
 */
export const messagesScript = new RedisScript(`#!lua flags=no-writes
local after, before, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local size = redis.call('ZCARD', KEYS[1])
local function parse(entry)
  local seq, takes = string.match(entry, '^%d+ (%d+) (%d)')
  return tonumber(seq), takes == '1'
end
local function rankAbove(bound)
  local low, high = 0, size
  while low < high do
    local middle = math.floor((low + high) / 2)
    if parse(redis.call('ZRANGE', KEYS[1], middle, middle)[1]) > bound then high = middle else low = middle + 1 end
  end
  return low
end

local found = {}
local isUp = ARGV[3] == 'asc'
local rank = isUp and rankAbove(after) or rankAbove(before - 1) - 1
while #found < limit and rank >= 0 and rank < size do
  local chunk = math.min(limit, 200)
  local entries = isUp and redis.call('ZRANGE', KEYS[1], rank, rank + chunk - 1)
    or redis.call('ZRANGE', KEYS[1], size - 1 - rank, size - 1 - rank + chunk - 1, 'REV')
  local isOut = false
  for _, entry in ipairs(entries) do
    local seq, takesSeq = parse(entry)
    if (isUp and seq >= before) or (not isUp and seq <= after) then isOut = true break end
    if takesSeq and #found < limit then found[#found + 1] = entry end
  end
  if isOut then break end
  rank = isUp and rank + chunk or rank - chunk
end
return {found, redis.call('HVALS', KEYS[2])}
`);

/**
 * newest: for each conversation the newest pending entry that took a seq ('' when there is none) and all parked ones.
 * Keys: entries and parked, alternating. Returns {entry, parked, entry, parked ...}. Changes nothing.
 */
export const newestScript = new RedisScript(`#!lua flags=no-writes
local reply = {}
for k = 1, #KEYS, 2 do
  local newest, offset = '', 0
  repeat
    local entries = redis.call('ZRANGE', KEYS[k], offset, offset + 19, 'REV')
    for _, entry in ipairs(entries) do
      if newest == '' and string.match(entry, '^%d+ %d+ 1') then newest = entry end
    end
    offset = offset + 20
  until newest ~= '' or #entries < 20
  reply[#reply + 1] = newest
  reply[#reply + 1] = redis.call('HVALS', KEYS[k + 1])
end
return reply
`);

/**
 * seqs of one actor: for each conversation the seqs of what is pending and parked.
 * Keys: entries and parked, alternating. Arguments: 1 actor. Returns a list of seqs per conversation. Changes nothing.
 */
export const seqsByScript = new RedisScript(`#!lua flags=no-writes
local reply = {}
for k = 1, #KEYS, 2 do
  local seqs, offset = {}, 0
  local function look(entry)
    local seq, takes, actor = string.match(entry, '^%d+ (%d+) (%d) (%S+)')
    if takes == '1' and actor == ARGV[1] then seqs[#seqs + 1] = tonumber(seq) end
  end
  repeat
    local entries = redis.call('ZRANGE', KEYS[k], offset, offset + 199)
    for _, entry in ipairs(entries) do look(entry) end
    offset = offset + 200
  until #entries < 200
  for _, parked in ipairs(redis.call('HVALS', KEYS[k + 1])) do look(string.match(parked, '\\n(.*)$')) end
  reply[#reply + 1] = seqs
end
return reply
`);
