import { RedisScript } from '../../../../platform/redis/redis-script.js';

/**
 * Says why a script must not number: the shard lives in another epoch, or on another Redis process than the one it was opened
 * on (which may have lost something). Nothing that a restart brings back can answer the second, so it is asked here, within
 * the step that numbers.
 */
const lifeCheck = `
local function lifeProblem(meta, epoch)
  if meta[1] ~= epoch then return 'epoch' end
  if meta[2] ~= string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') then return 'restarted' end
end
local function nowMs()
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end`;

/**
 * commit: the commit point of cluster mode, one call per shard and group commit.
 *
 * Keys       1 meta, 2 outbox, 3 call of the calling node, then five per conversation (head, entries, clients, changes,
 *            parked), then the keys in which settled client ids are looked for
 * Arguments  1 epoch, 2 number of the call (rising per node), 3 conversations, 4 drafts,
 *            per conversation: id, seq and rev of storage ('' when it was not asked), Redis' time in ms when the head was missing
 *            per draft: unit (rising), conversation (1..), '1' when it takes a seq, field in clients ('' without client id),
 *              body hash, reply to (0: none), place that storage has ('' none), key of settled ids (0: none), field in it
 *              ('' when the key is a string), the entry as text without its numbers
 * Returns    {'ok', time in ms, position before, then per draft: outcome, seq, rev (0 where there is none); the seq of a
 *            committed draft that takes none is the newest one before it}
 *            outcomes as of the port; 'unknown': no head, ask storage and call again
 *            {'epoch'} {'restarted'} the log's life has to be looked at; {'closed'} for a moment after a loss;
 *            {'stale'} a later call of this node was run already. Nothing is changed then.
 * Effects    entries, clients, changes and outbox get the committed drafts; heads and the position move; the head of a
 *            conversation with something pending does not expire.
 * Atomic     yes; units are all or nothing. The same call again (a reply was lost) answers the same and changes nothing.
 * Head       one that was not compared with storage in this epoch counts as missing: Redis may have lost its newest part, or
 *            storage may be ahead of it. The higher of the two is taken. What storage said is taken for 30 s only after a
 *            head was missing; heads live for minutes after their last use, so none can have come and gone in between.
 */
export const commitScript = new RedisScript(`#!lua
${lifeCheck}
local baseAgeMaxMs, callMemorySeconds, idleSeconds = 30000, 3600, 900
local epoch, number, conversations, drafts = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

local meta = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'opens', 'position')
local problem = lifeProblem(meta, epoch)
if problem then return {problem} end
local last = redis.call('HMGET', KEYS[3], 'number', 'reply')
if last[1] and tonumber(last[1]) == number then return cmsgpack.unpack(last[2]) end
if last[1] and tonumber(last[1]) > number then return {'stale'} end
local now = nowMs()
if now < tonumber(meta[3]) then return {'closed'} end

local heads = {}
for c = 1, conversations do
  local at, key = 4 + (c - 1) * 4, 3 + (c - 1) * 5
  local head = redis.call('HMGET', KEYS[key + 1], 'seq', 'rev', 'epoch')
  local known = { id = ARGV[at + 1], key = key, seq = tonumber(head[1] or 0), rev = tonumber(head[2] or 0), was = head[2] }
  if head[3] == epoch then
    heads[c] = known
  elseif ARGV[at + 2] ~= '' and now - tonumber(ARGV[at + 4]) <= baseAgeMaxMs then
    known.seq, known.rev = math.max(known.seq, tonumber(ARGV[at + 2])), math.max(known.rev, tonumber(ARGV[at + 3]))
    known.isOpened = true
    heads[c] = known
  end
end

local firstDraft = 4 + conversations * 4
local function field(draft, place) return ARGV[firstDraft + (draft - 1) * 10 + place] end

local function knownPlace(draft, head)
  local client = field(draft, 4)
  if client == '' then return nil end
  local place = redis.call('HGET', KEYS[head.key + 3], client)
  local settled = tonumber(field(draft, 8))
  if not place and settled > 0 then
    if field(draft, 9) == '' then place = redis.call('GET', KEYS[settled])
    else place = redis.call('HGET', KEYS[settled], field(draft, 9)) end
  end
  if place then return place end
  if field(draft, 7) ~= '' then return field(draft, 7) end
end

local function judge(draft)
  local head = heads[tonumber(field(draft, 2))]
  if not head then return {'unknown', 0, 0} end
  local place = knownPlace(draft, head)
  if place then
    local seq, rev, hash = string.match(place, '^(%d+) (%d+) (.*)$')
    return {hash == field(draft, 5) and 'replayed' or 'conflict', tonumber(seq), tonumber(rev)}
  end
  if tonumber(field(draft, 6)) > head.seq then return {'replyNotFound', 0, 0} end
end

local position = tonumber(meta[4])
local reply = {'ok', now, position}

local function append(draft)
  local head = heads[tonumber(field(draft, 2))]
  local takesSeq = field(draft, 3) == '1'
  if takesSeq then head.seq = head.seq + 1 end
  head.rev = head.rev + 1
  head.isMoved = true
  position = position + 1
  redis.call('ZADD', KEYS[head.key + 2], head.rev, head.rev .. ' ' .. head.seq .. ' ' .. field(draft, 3) .. ' ' .. field(draft, 10))
  redis.call('ZADD', KEYS[2], position, head.id .. ' ' .. head.rev)
  if not takesSeq then redis.call('ZADD', KEYS[head.key + 4], head.rev, head.rev) end
  if field(draft, 4) ~= '' then
    redis.call('HSET', KEYS[head.key + 3], field(draft, 4), head.seq .. ' ' .. head.rev .. ' ' .. field(draft, 5))
  end
  return {'committed', head.seq, head.rev}
end

local draft = 1
while draft <= drafts do
  local unitEnd, verdicts, isRefused = draft, {}, false
  while unitEnd < drafts and field(unitEnd + 1, 1) == field(draft, 1) do unitEnd = unitEnd + 1 end
  for d = draft, unitEnd do
    verdicts[d] = judge(d)
    if verdicts[d] and verdicts[d][1] ~= 'replayed' then isRefused = true end
  end
  for d = draft, unitEnd do
    local verdict = verdicts[d] or (isRefused and {'refused', 0, 0}) or append(d)
    for part = 1, 3 do reply[#reply + 1] = verdict[part] end
  end
  draft = unitEnd + 1
end

for c = 1, conversations do
  local head = heads[c]
  if head and (head.isMoved or head.isOpened) then
    redis.call('HSET', KEYS[head.key + 1], 'seq', head.seq, 'rev', head.rev, 'epoch', epoch)
    if head.isMoved then redis.call('PERSIST', KEYS[head.key + 1])
    elseif not head.was then redis.call('EXPIRE', KEYS[head.key + 1], idleSeconds) end
  end
end
if position > tonumber(meta[4]) then redis.call('HSET', KEYS[1], 'position', position) end
redis.call('HSET', KEYS[3], 'number', number, 'reply', cmsgpack.pack(reply))
redis.call('EXPIRE', KEYS[3], callMemorySeconds)
return reply
`);
