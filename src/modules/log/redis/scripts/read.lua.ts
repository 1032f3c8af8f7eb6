import { RedisScript } from '#platform/redis/redis-script.js';
import { closedCheck, inParts, knownHeads, waitingHead } from './shared.lua.js';

/**
 * heads: the heads of conversations, as far as Redis knows them.
 *
 * Keys       1 meta, 2 entries, 3 index; the keys of heads and parked entries are built from the prefix
 * Arguments  1 prefix of the shard's keys, then the conversations
 * Returns    per conversation: seq, rev, and 1 if the head was compared with storage in the shard's epoch; otherwise the head of the
 *            entries in the log (0 and 0 without any) and 0
 * Effects    none
 */
export const headsScript = new RedisScript(`#!lua flags=no-writes
local prefix, ids, reply = ARGV[1], {}, {}
${waitingHead}
${knownHeads}
for a = 2, #ARGV do ids[a - 1] = ARGV[a] end
local generation = tonumber(redis.call('HGET', KEYS[1], 'generation') or 1)
for place, head in ipairs(headsOf(generation, ids)) do
  local seq, rev
  if head then seq, rev = string.match(head, '^(%d+) (%d+)$')
  else seq, rev = waitingHead(KEYS[3], KEYS[2], prefix .. ids[place] .. ':parked', ids[place]) end
  reply[#reply + 1] = seq
  reply[#reply + 1] = rev
  reply[#reply + 1] = head and 1 or 0
end
return reply
`);

/**
 * known: what the log remembers under client ids.
 *
 * Keys       1 meta, 2 clients, then the ids of the hours in which client ids were made; late ones are made of the prefix
 * Arguments  1 prefix of the shard's keys, then per client id: digest, number of its hour among the keys (0: none)
 * Returns    {'ok', places ...}, '' where nothing is remembered; or {'closed'} for a moment after a loss
 * Effects    none
 */
export const knownScript = new RedisScript(`#!lua flags=no-writes
${closedCheck}
if isClosed(KEYS[1]) then return {'closed'} end
local reply = {'ok'}
for a = 2, #ARGV, 2 do
  local digest, hour = ARGV[a], tonumber(ARGV[a + 1])
  local place = hour > 0 and redis.call('HGET', KEYS[hour + 2], digest)
  reply[#reply + 1] = place or redis.call('HGET', KEYS[2], digest) or redis.call('GET', ARGV[1] .. 'late:' .. digest) or ''
end
return reply
`);

/**
 * outbox: the oldest entries of a shard.
 *
 * Keys       1 meta, 2 entries, 3 outbox
 * Arguments  1 limit
 * Returns    {names, entries} in commit order; two empty lists for a moment after a loss
 * Effects    none
 */
export const outboxScript = new RedisScript(`#!lua flags=no-writes
${closedCheck}
${inParts}
if isClosed(KEYS[1]) then return {{}, {}} end
local entries, names = entriesOf(KEYS[2], redis.call('ZRANGE', KEYS[3], 0, tonumber(ARGV[1]) - 1))
return {names, entries}
`);

/**
 * pending: a range of one conversation's pending entries.
 *
 * Keys       1 meta, 2 entries, 3 index
 * Arguments  1 and 2 names of the exclusive bounds, 3 'asc' or 'desc', 4 limit
 * Returns    {'ok', entries ...}, or {'closed'} for a moment after a loss
 * Effects    none
 */
export const pendingScript = new RedisScript(`#!lua flags=no-writes
${closedCheck}
${inParts}
if isClosed(KEYS[1]) then return {'closed'} end
local low, high = '(' .. ARGV[1], '(' .. ARGV[2]
local names = ARGV[3] == 'asc' and redis.call('ZRANGE', KEYS[3], low, high, 'BYLEX', 'LIMIT', 0, ARGV[4])
  or redis.call('ZRANGE', KEYS[3], high, low, 'BYLEX', 'REV', 'LIMIT', 0, ARGV[4])
local entries = entriesOf(KEYS[2], names)
table.insert(entries, 1, 'ok')
return entries
`);

/**
 * messages: the pending entries of one conversation that took a seq.
 *
 * Keys       1 entries, 2 index, 3 parked
 * Arguments  1 and 2 lexical bounds of the conversation's names, 3 after seq, 4 before seq, 5 'asc' or 'desc', 6 limit
 * Returns    {the entries in that order, all parked entries in no particular order}
 * Effects    none
 * Method     every entry carries the newest seq at its commit, and that never falls as rev rises: a binary search finds the bound
 */
export const messagesScript = new RedisScript(`#!lua flags=no-writes
${inParts}
local after, before, limit = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[6])
local start = redis.call('ZLEXCOUNT', KEYS[2], '-', '(' .. ARGV[1])
local size = redis.call('ZLEXCOUNT', KEYS[2], '[' .. ARGV[1], '[' .. ARGV[2])
local function parse(entry)
  local seq, takes = string.match(entry, '^%d+ (%d+) (%d)')
  return tonumber(seq), takes == '1'
end
local function ranks(first, last) return redis.call('ZRANGE', KEYS[2], start + first, start + last) end
local function rankAbove(bound)
  local low, high = 0, size
  while low < high do
    local middle = math.floor((low + high) / 2)
    if parse(redis.call('HGET', KEYS[1], ranks(middle, middle)[1])) > bound then high = middle else low = middle + 1 end
  end
  return low
end

local found = {}
local isUp = ARGV[5] == 'asc'
local rank = isUp and rankAbove(after) or rankAbove(before - 1) - 1
while #found < limit and rank >= 0 and rank < size do
  local chunk = math.min(limit, 200)
  local first, last = rank, math.min(rank + chunk, size) - 1
  if not isUp then first, last = math.max(rank - chunk + 1, 0), rank end
  local entries = entriesOf(KEYS[1], ranks(first, last))
  local isOut = false
  for e = 1, #entries do
    local entry = entries[isUp and e or #entries + 1 - e]
    local seq, takesSeq = parse(entry)
    if (isUp and seq >= before) or (not isUp and seq <= after) then isOut = true break end
    if takesSeq and #found < limit then found[#found + 1] = entry end
  end
  if isOut then break end
  rank = isUp and last + 1 or first - 1
end
return {found, redis.call('HVALS', KEYS[3])}
`);

/**
 * newest: for each conversation, the newest pending entry that took a seq ('' if there is none) and all parked entries.
 *
 * Keys       1 entries, 2 index, then parked of each conversation
 * Arguments  the two lexical bounds of each conversation's names
 * Returns    {entry, parked, entry, parked ...}
 * Effects    none
 */
export const newestScript = new RedisScript(`#!lua flags=no-writes
${inParts}
local reply = {}
for k = 3, #KEYS do
  local low, high = '[' .. ARGV[k * 2 - 5], '[' .. ARGV[k * 2 - 4]
  local newest, offset, chunk = '', 0, 1
  repeat
    local names = redis.call('ZRANGE', KEYS[2], high, low, 'BYLEX', 'REV', 'LIMIT', offset, chunk)
    for _, entry in ipairs((entriesOf(KEYS[1], names))) do
      if newest == '' and string.match(entry, '^%d+ %d+ 1') then newest = entry end
    end
    offset = offset + #names
    local isEnd = #names < chunk
    chunk = 20
  until newest ~= '' or isEnd
  reply[#reply + 1] = newest
  reply[#reply + 1] = redis.call('HVALS', KEYS[k])
end
return reply
`);

/**
 * seqs by actor: for each conversation, the seqs of one actor's pending and parked entries.
 *
 * Keys       1 entries, 2 index, then parked of each conversation
 * Arguments  1 actor, then the two lexical bounds of each conversation's names
 * Returns    a list of seqs per conversation
 * Effects    none
 */
export const seqsByScript = new RedisScript(`#!lua flags=no-writes
${inParts}
local reply = {}
for k = 3, #KEYS do
  local low, high = '[' .. ARGV[k * 2 - 4], '[' .. ARGV[k * 2 - 3]
  local seqs, offset = {}, 0
  local function look(entry)
    local seq, takes, actor = string.match(entry, '^%d+ (%d+) (%d) (%S+)')
    if takes == '1' and actor == ARGV[1] then seqs[#seqs + 1] = tonumber(seq) end
  end
  repeat
    local names = redis.call('ZRANGE', KEYS[2], low, high, 'BYLEX', 'LIMIT', offset, 200)
    for _, entry in ipairs((entriesOf(KEYS[1], names))) do look(entry) end
    offset = offset + 200
  until #names < 200
  for _, parked in ipairs(redis.call('HVALS', KEYS[k])) do look(string.match(parked, '\\n(.*)$')) end
  reply[#reply + 1] = seqs
end
return reply
`);
