import { RedisScript } from '../../../../platform/redis/redis-script.js';
import { clock, knownHeads, waitingHead } from './shared.lua.js';

/**
 * Says why a script must not number: the shard lives in another epoch, or on another Redis process than the one it was opened
 * on (which may have lost something). Nothing that a restart brings back can answer the second, so it is asked here, within
 * the step that numbers.
 */
const lifeCheck = `
local function lifeProblem(meta, epoch)
  if meta[1] ~= epoch then return 'epoch' end
  if meta[2] ~= string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') then return 'restarted' end
end`;

/** Reads the drafts, and what the log knows of their conversations and client ids, with one command for each key. */
const look = `
local drafts, ids, placeOf = {}, {}, {}
local byKey, digests = {}, {}
for d = 1, (#ARGV - firstDraft) / 2 do
  local unit, id, takesSeq, replyTo, hash, digest, hour, isKept, isRemembered, stored =
    string.match(ARGV[firstDraft + d * 2 - 1], '^(%d+) (%S+) ([01]) (%d+) (%S*) (%S*) (%d+) ([01]) ([01]) (.*)$')
  local draft = { unit = unit, id = id, takesSeq = takesSeq, replyTo = tonumber(replyTo), hash = hash, digest = digest, hour = tonumber(hour),
    isKept = isKept == '1', text = ARGV[firstDraft + d * 2] }
  drafts[d] = draft
  if not placeOf[id] then
    ids[#ids + 1] = id
    placeOf[id] = #ids
  end
  if digest ~= '' then
    digests[#digests + 1] = digest
    if draft.hour > 0 then
      local asked = byKey[draft.hour] or { digests = {}, drafts = {} }
      byKey[draft.hour] = asked
      asked.digests[#asked.digests + 1] = digest
      asked.drafts[#asked.drafts + 1] = draft
    end
    if isRemembered == '0' then
      draft.place = redis.call('GET', prefix .. 'late:' .. digest) or (stored ~= '' and stored)
    end
  end
end
for hour, asked in pairs(byKey) do
  for number, place in ipairs(redis.call('HMGET', KEYS[hourKeys + hour], unpack(asked.digests))) do
    asked.drafts[number].place = place or asked.drafts[number].place
  end
end
if #digests > 0 then
  local places, number = redis.call('HMGET', KEYS[6], unpack(digests)), 0
  for _, draft in ipairs(drafts) do
    if draft.digest ~= '' then
      number = number + 1
      draft.place = places[number] or draft.place
    end
  end
end

local heads = {}
for place, head in ipairs(headsOf(generation, ids)) do
  if head then
    local seq, rev = string.match(head, '^(%d+) (%d+)$')
    heads[place] = { seq = tonumber(seq), rev = tonumber(rev) }
  end
end
for h = 1, storedHeads do
  local id, seq, rev = string.match(ARGV[5 + h], '^(%S+) (%d+) (%d+)$')
  local place = placeOf[id]
  if place and not heads[place] and now - tonumber(ARGV[4]) <= baseAgeMaxMs then
    local waitingSeq, waitingRev = waitingHead(KEYS[4], KEYS[2], prefix .. id .. ':parked', id)
    heads[place] = { seq = math.max(tonumber(seq), waitingSeq), rev = math.max(tonumber(rev), waitingRev), isOpened = true }
  end
end`;

/** Judges the units one after the other, and numbers what is taken. */
const number = `
local function judge(draft)
  local head = heads[placeOf[draft.id]]
  if not head then return 'unknown 0 0' end
  if draft.place then
    local seq, rev, hash = string.match(draft.place, '^(%d+) (%d+) (.*)$')
    return (hash == draft.hash and 'replayed ' or 'conflict ') .. seq .. ' ' .. rev
  end
  if draft.replyTo > head.seq then return 'replyNotFound 0 0' end
end

local position = tonumber(meta[4])
local reply = { string.format('ok %d %d', now, position) }
local entries, outbox, index, changes, clients, hours = {}, {}, {}, {}, {}, {}

local function append(draft)
  local head = heads[placeOf[draft.id]]
  if draft.takesSeq == '1' then head.seq = head.seq + 1 end
  head.rev = head.rev + 1
  head.isMoved = true
  position = position + 1
  local name = string.format('%s %010d', draft.id, head.rev)
  local numbers = string.format('%d %d', head.seq, head.rev)
  local at = #index
  entries[at + 1] = name
  entries[at + 2] = string.format('%d %d %s ', head.rev, head.seq, draft.takesSeq) .. draft.text
  outbox[at + 1] = string.format('%d', position)
  outbox[at + 2] = name
  index[at + 1] = '0'
  index[at + 2] = name
  if draft.takesSeq == '0' then
    changes[#changes + 1] = '0'
    changes[#changes + 1] = name
  end
  if draft.digest ~= '' then
    local kept = clients
    if draft.isKept then
      kept = hours[draft.hour] or {}
      hours[draft.hour] = kept
    end
    kept[#kept + 1] = draft.digest
    kept[#kept + 1] = numbers .. ' ' .. draft.hash
  end
  return 'committed ' .. numbers
end

local first = 1
while first <= #drafts do
  local last, verdicts, isRefused = first, {}, false
  while last < #drafts and drafts[last + 1].unit == drafts[first].unit do last = last + 1 end
  for d = first, last do
    verdicts[d] = judge(drafts[d])
    if verdicts[d] and not string.find(verdicts[d], '^replayed') then isRefused = true end
  end
  for d = first, last do reply[#reply + 1] = verdicts[d] or (isRefused and 'refused 0 0') or append(drafts[d]) end
  first = last + 1
end`;

/** Writes it down: one command for each key. */
const write = `
if #entries > 0 then
  redis.call('HSET', KEYS[2], unpack(entries))
  redis.call('ZADD', KEYS[3], unpack(outbox))
  redis.call('ZADD', KEYS[4], unpack(index))
  if #changes > 0 then redis.call('ZADD', KEYS[5], unpack(changes)) end
  if #clients > 0 then redis.call('HSET', KEYS[6], unpack(clients)) end
  for hour, kept in pairs(hours) do
    redis.call('HSET', KEYS[hourKeys + hour], unpack(kept))
    local count = #kept / 2
    -- The first that waits again: until it is settled the hour is not forgotten.
    if redis.call('HINCRBY', KEYS[hourKeys + hour], 'pending', count) == count then redis.call('PERSIST', KEYS[hourKeys + hour]) end
  end
  redis.call('HSET', KEYS[1], 'position', string.format('%d', position))
end
local moved = {}
for place, id in ipairs(ids) do
  local head = heads[place]
  if head and (head.isMoved or head.isOpened) then
    moved[#moved + 1] = id
    moved[#moved + 1] = string.format('%d %d', head.seq, head.rev)
  end
end
if #moved > 0 then
  if now >= tonumber(meta[6] or 0) then
    redis.call('UNLINK', prefix .. 'heads:' .. (generation - 1))
    generation = generation + 1
    redis.call('HSET', KEYS[1], 'generation', generation, 'rotatesAt', now + generationMs)
  end
  redis.call('HSET', prefix .. 'heads:' .. generation, unpack(moved))
  redis.call('EXPIRE', prefix .. 'heads:' .. generation, generationMs / 1000 * 3, 'NX')
end
local text = table.concat(reply, ' ')
redis.call('HSET', KEYS[7], 'number', ARGV[2], 'reply', text)
redis.call('EXPIRE', KEYS[7], callMemorySeconds)
return text`;

/**
 * commit: the commit point of cluster mode, one call per shard and group commit.
 *
 * Keys       1 meta, 2 entries, 3 outbox, 4 index, 5 changes, 6 clients, 7 call of the calling node, then the ids of the hours in
 *            which the drafts' client ids were made; heads, late and parked ones are made of the prefix and lie in the same slot
 * Arguments  1 epoch, 2 number of the call (rising per node), 3 prefix of the shard's keys, 4 Redis' time in ms when the heads were
 *            missing of which storage was asked, 5 how many these are, each "<conversation> <seq> <rev>",
 *            per draft two: what it is, and the entry as text without its numbers. What it is, between blanks: unit (rising),
 *            conversation, '1' when it takes a seq, reply to (0: none), body hash, digest of the client id (both empty without one),
 *            its hour (number among the keys of hours, 0: none), '1' when it is kept there, '1' when storage need not be asked about it,
 *            place that storage has (empty: none)
 * Returns    a text: 'ok', time in ms, position before, then per draft: outcome, seq, rev (0 where there is none); the seq of a
 *            committed draft that takes none is the newest one before it.
 *            Outcomes as of the port; 'unknown': no head, ask storage and call again.
 *            Or one word: 'epoch', 'restarted' the log's life has to be looked at; 'closed' for a moment after a loss;
 *            'stale' a later call of this node was run already. Nothing is changed then.
 * Effects    entries, outbox, index, changes, ids and clients get the committed drafts; heads and the position move; now and then
 *            the heads that were not used for a generation are forgotten.
 * Atomic     yes; units are all or nothing. The same call again (a reply was lost) answers the same and changes nothing.
 * Head       one that is in no generation is missing: it was not used for long, or the epoch is new. What storage says counts then, or
 *            what waits in the log and is not in storage yet, whichever is higher. What storage said is taken for 30 s only after a
 *            head was missing; heads stay for minutes after their last use, so none can have come and gone in between.
 */
export const commitScript = new RedisScript(`#!lua
local baseAgeMaxMs, callMemorySeconds, generationMs = 30000, 3600, 900000
local epoch, call, prefix, storedHeads = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[5])
local firstDraft, hourKeys = 5 + storedHeads, 7
${lifeCheck}
${clock}
${waitingHead}
${knownHeads}
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'opens', 'position', 'generation', 'rotatesAt')
local problem = lifeProblem(meta, epoch)
if problem then return problem end
local last = redis.call('HMGET', KEYS[7], 'number', 'reply')
if last[1] and tonumber(last[1]) == call then return last[2] end
if last[1] and tonumber(last[1]) > call then return 'stale' end
local now = nowMs()
if now < tonumber(meta[3]) then return 'closed' end
local generation = tonumber(meta[5] or 1)
${look}
${number}
${write}
`);
