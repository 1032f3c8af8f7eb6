import { RedisScript } from '#platform/redis/redis-script.js';
import { clock, knownHeads, waitingHead } from './shared.lua.js';

/**
 * `epochProblem(meta)`: why the shard must not assign numbers, or nil. It is in another epoch, or Redis runs as another process than
 * the one on which the shard was opened, and may have lost entries. The data that a restart brings back cannot reveal a restart, so
 * the script compares the process itself, in the same atomic step that assigns the numbers.
 */
const epochCheck = `
local now, run = nowMs(), string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local function epochProblem(meta)
  if meta[1] ~= epoch then return 'epoch' end
  if meta[2] ~= run then return 'restarted' end
end`;

/** `readShard(shard)`: parses the drafts, and reads the heads of their conversations and their client ids with one command per key. */
const readShard = `
local kinds = {}
local function kindOf(text)
  local isFirst, takesSeq, replyTo, hour, isKept, isRemembered = string.match(text, '^([01]) ([01]) (%d+) (%d+) ([01]) ([01])$')
  local kind = { isFirst = isFirst == '1', takesSeq = takesSeq, replyTo = tonumber(replyTo), hour = tonumber(hour), isKept = isKept == '1',
    isRemembered = isRemembered == '1' }
  kinds[text] = kind
  return kind
end

local function readDrafts(shard)
  local at, ids, placeOf = shard.arg + shard.headCount, shard.ids, shard.placeOf
  for d = 1, shard.draftCount do
    local id, kind, hash, digest = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
    local head = placeOf[id]
    if not head then
      head = #ids + 1
      ids[head] = id
      placeOf[id] = head
    end
    kind = kinds[kind] or kindOf(kind)
    local draft = { id = id, head = head, kind = kind, hash = hash, digest = digest, place = false, outcome = false, text = ARGV[at + 6] }
    if digest ~= '' and not kind.isRemembered then
      local stored = ARGV[at + 5]
      draft.place = redis.call('GET', prefix .. 'late:' .. digest) or (stored ~= '' and stored)
    end
    shard.drafts[d] = draft
    at = at + 6
  end
end

local function findPlaces(key, drafts)
  local digests = {}
  for number, draft in ipairs(drafts) do digests[number] = draft.digest end
  for number, place in ipairs(fieldsOf(key, digests)) do drafts[number].place = place or drafts[number].place end
end

local function findIds(shard)
  local named, ofHour = {}, {}
  for _, draft in ipairs(shard.drafts) do
    if draft.digest ~= '' then
      named[#named + 1] = draft
      local hour = draft.kind.hour
      if hour > 0 then
        local own = ofHour[hour] or {}
        ofHour[hour] = own
        own[#own + 1] = draft
      end
    end
  end
  for hour, own in pairs(ofHour) do findPlaces(KEYS[shard.key + 7 + hour], own) end
  findPlaces(KEYS[shard.key + 6], named)
end

local function findHeads(shard)
  for place, head in ipairs(headsOf(shard.generation, shard.ids)) do
    if head then
      local seq, rev = string.match(head, '^(%d+) (%d+)$')
      shard.heads[place] = { seq = tonumber(seq), rev = tonumber(rev) }
    end
  end
  for h = 1, shard.headCount do
    local id, seq, rev = string.match(ARGV[shard.arg + h], '^(%S+) (%d+) (%d+)$')
    local place = shard.placeOf[id]
    if place and not shard.heads[place] and now - shard.askedAt <= baseAgeMaxMs and shard.askedAt > shard.settledAt then
      local waitingSeq, waitingRev = waitingHead(KEYS[shard.key + 4], KEYS[shard.key + 2], prefix .. id .. ':parked', id)
      shard.heads[place] = { seq = math.max(tonumber(seq), waitingSeq), rev = math.max(tonumber(rev), waitingRev), isOpened = true }
    end
  end
end

local function readShard(shard)
  readDrafts(shard)
  findIds(shard)
  findHeads(shard)
end`;

/** `commitUnits(shard, outcomes)`: checks the units in order and assigns numbers to the drafts of accepted units; adds an outcome per draft. */
const commitUnits = `
local function outcomeWithoutNumbers(shard, draft)
  local head = shard.heads[draft.head]
  if not head then return 'unknown 0 0' end
  if draft.place then
    local seq, rev, hash = string.match(draft.place, '^(%d+) (%d+) (.*)$')
    return (hash == draft.hash and 'replayed ' or 'conflict ') .. seq .. ' ' .. rev
  end
  return draft.kind.replyTo > head.seq and 'replyNotFound 0 0'
end

local function append(shard, draft)
  local head, kind = shard.heads[draft.head], draft.kind
  if kind.takesSeq == '1' then head.seq = head.seq + 1 end
  head.rev = head.rev + 1
  head.isMoved = true
  shard.position = shard.position + 1
  local name = string.format('%s %010d', draft.id, head.rev)
  local numbers = string.format('%d %d', head.seq, head.rev)
  local at = #shard.index
  shard.entries[at + 1] = name
  shard.entries[at + 2] = string.format('%d %d %s ', head.rev, head.seq, kind.takesSeq) .. draft.text
  shard.outbox[at + 1] = string.format('%d', shard.position)
  shard.outbox[at + 2] = name
  shard.index[at + 1] = '0'
  shard.index[at + 2] = name
  if kind.takesSeq == '0' then
    shard.changes[#shard.changes + 1] = '0'
    shard.changes[#shard.changes + 1] = name
  end
  if draft.digest ~= '' then
    local kept = shard.clients
    if kind.isKept then
      kept = shard.hours[kind.hour] or {}
      shard.hours[kind.hour] = kept
    end
    kept[#kept + 1] = draft.digest
    kept[#kept + 1] = numbers .. ' ' .. draft.hash
  end
  return 'committed ' .. numbers
end

local function commitUnits(shard, outcomes)
  local drafts, first = shard.drafts, 1
  while first <= #drafts do
    local last, isRefused = first - 1, false
    repeat
      last = last + 1
      local outcome = outcomeWithoutNumbers(shard, drafts[last])
      drafts[last].outcome = outcome
      if outcome and not string.find(outcome, '^replayed') then isRefused = true end
    until last == #drafts or drafts[last + 1].kind.isFirst
    for d = first, last do outcomes[#outcomes + 1] = drafts[d].outcome or (isRefused and 'refused 0 0') or append(shard, drafts[d]) end
    first = last + 1
  end
end`;

/** `writeShard(shard)`: writes the committed drafts and the heads, with one command per key. */
const writeShard = `
local function writeIds(shard)
  if #shard.clients > 0 then redis.call('HSET', KEYS[shard.key + 6], unpack(shard.clients)) end
  for hour, kept in pairs(shard.hours) do
    local key, count = KEYS[shard.key + 7 + hour], #kept / 2
    redis.call('HSET', key, unpack(kept))
    -- The hour had no pending entries before: it must not expire until these are settled.
    if redis.call('HINCRBY', key, 'pending', count) == count then redis.call('PERSIST', key) end
  end
end

local function writeHeads(shard)
  local moved, generation = {}, shard.generation
  for place, id in ipairs(shard.ids) do
    local head = shard.heads[place]
    if head and (head.isMoved or head.isOpened) then
      moved[#moved + 1] = id
      moved[#moved + 1] = string.format('%d %d', head.seq, head.rev)
    end
  end
  if #moved == 0 then return end
  if now >= shard.rotatesAt then
    redis.call('UNLINK', prefix .. 'heads:' .. (generation - 1))
    generation = generation + 1
    redis.call('HSET', KEYS[shard.key + 1], 'generation', generation, 'rotatesAt', now + generationMs)
  end
  redis.call('HSET', prefix .. 'heads:' .. generation, unpack(moved))
  if generation > shard.generation then redis.call('EXPIRE', prefix .. 'heads:' .. generation, generationMs / 1000 * 3) end
end

local function writeShard(shard)
  if #shard.entries > 0 then
    redis.call('HSET', KEYS[shard.key + 2], unpack(shard.entries))
    redis.call('ZADD', KEYS[shard.key + 3], unpack(shard.outbox))
    redis.call('ZADD', KEYS[shard.key + 4], unpack(shard.index))
    if #shard.changes > 0 then redis.call('ZADD', KEYS[shard.key + 5], unpack(shard.changes)) end
    redis.call('HSET', KEYS[shard.key + 1], 'position', string.format('%d', shard.position))
    writeIds(shard)
  end
  writeHeads(shard)
end`;

/**
 * commit: the commit point of cluster mode. One call per group commit if all shards are on one Redis; one call per shard in a Redis
 * Cluster. Redis syncs each call to the disk separately.
 *
 * Keys       per shard: 1 meta, 2 entries, 3 outbox, 4 index, 5 changes, 6 clients, 7 call of the calling node, then the ids of the hours
 *            in which the drafts' client ids were created; the keys of heads, late ids and parked entries are built from the prefix and
 *            belong to the same slot
 * Arguments  1 epoch, 2 number of the call (rises per node),
 *            per shard: prefix of its keys, Redis' time in ms when the heads that follow were missing, number of these heads, number
 *            of hours, number of drafts; then the heads as read from storage, each "<conversation> <seq> <rev>"; and
 *            per draft six: conversation, kind, body hash, digest of the client id (both empty without one), place in storage
 *            (empty: none), the entry as text without its numbers. The kind, of which a group has only a few, is separated by spaces:
 *            '1' if the draft is the first of its unit, '1' if it takes a seq, reply to (0: none), hour of its client id (its number
 *            among the shard's hours, 0: none), '1' if the id is remembered under that hour, '1' if storage need not be consulted
 * Returns    a string per shard: 'ok', time in ms, position before, then per draft: outcome, seq, rev (0 if there is none); the seq of
 *            a committed draft that takes none is the newest one before it.
 *            Outcomes are those of the port; 'unknown': no head, so the caller reads storage and calls again.
 *            Or one word, and nothing has changed in that shard: 'epoch' or 'restarted': the epoch must be checked;
 *            'closed': commits are refused for a moment after a loss; 'stale': a later call of this node has already run.
 * Effects    adds the committed drafts to entries, outbox, index, changes, ids and clients; advances heads and the position; from time
 *            to time deletes the heads that were not used for a generation
 * Atomic     yes; each unit is all or nothing. Repeating a call (its reply was lost) returns the same reply and changes nothing.
 * Head       A head in neither generation is missing: it was not used for a long time, or the epoch is new. The head is then the higher
 *            of two: that in storage, and that of the entries that wait in the log. A head from storage is accepted only within 30 s
 *            after it was missing; heads stay for minutes after their last use, so no head can have appeared and expired in between.
 *            Entries can: if some have left the shard since the head was missing, storage may have been read before it had them, and
 *            the head is rejected ('unknown').
 */
export const commitScript = new RedisScript(`#!lua
local baseAgeMaxMs, callMemorySeconds, generationMs = 30000, 3600, 900000
local epoch, call, prefix = ARGV[1], tonumber(ARGV[2]), ''
${clock}
${epochCheck}
${waitingHead}
${knownHeads}
${readShard}
${commitUnits}
${writeShard}
local function commit(shard)
  local meta = redis.call('HMGET', KEYS[shard.key + 1], 'epoch', 'run', 'opens', 'position', 'generation', 'rotatesAt', 'settledAt')
  local last = redis.call('HMGET', KEYS[shard.key + 7], 'number', 'reply')
  local problem = epochProblem(meta)
  if problem then return problem end
  if last[1] and tonumber(last[1]) == call then return last[2] end
  if last[1] and tonumber(last[1]) > call then return 'stale' end
  if now < tonumber(meta[3]) then return 'closed' end
  shard.generation, shard.rotatesAt, shard.position = tonumber(meta[5] or 1), tonumber(meta[6] or 0), tonumber(meta[4])
  shard.settledAt = tonumber(meta[7] or 0)
  local outcomes = { string.format('ok %d %d', now, shard.position) }
  readShard(shard)
  commitUnits(shard, outcomes)
  writeShard(shard)
  local reply = table.concat(outcomes, ' ')
  redis.call('HSET', KEYS[shard.key + 7], 'number', ARGV[2], 'reply', reply)
  redis.call('EXPIRE', KEYS[shard.key + 7], callMemorySeconds)
  return reply
end

local replies, key, arg = {}, 0, 2
while arg < #ARGV do
  prefix = ARGV[arg + 1]
  local shard = { key = key, arg = arg + 5, askedAt = tonumber(ARGV[arg + 2]), headCount = tonumber(ARGV[arg + 3]),
    draftCount = tonumber(ARGV[arg + 5]), drafts = {}, ids = {}, placeOf = {}, heads = {},
    entries = {}, outbox = {}, index = {}, changes = {}, clients = {}, hours = {} }
  replies[#replies + 1] = commit(shard)
  key = key + 7 + tonumber(ARGV[arg + 4])
  arg = shard.arg + shard.headCount + shard.draftCount * 6
end
return replies
`);
