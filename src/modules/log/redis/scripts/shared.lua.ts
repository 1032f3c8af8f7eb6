/**
 * What several scripts do. Each is a piece of Lua that defines functions; `prefix` is that of the shard's keys, which share one
 * hash tag, so keys made of it lie where the script runs.
 */

/** `nowMs()`: Redis' time in ms. */
export const clock = `
local function nowMs()
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end`;

/** `isClosed(meta)`: after a loss, until every node has given back what it knows; what is read then could be persisted past what is still missing. */
export const closedCheck = `
${clock}
local function isClosed(meta) return nowMs() < tonumber(redis.call('HGET', meta, 'opens') or 0) end`;

/**
 * `each(list, work)`: calls `work` with parts of the list as arguments; Lua passes no more than some thousand.
 * `entriesOf(key, names)`: the entries of these names that are there, and their names, in the same order.
 */
export const inParts = `
local function each(list, work)
  for first = 1, #list, 4000 do work(unpack(list, first, math.min(first + 3999, #list))) end
end
local function fieldsOf(key, fields)
  local values = {}
  if #fields == 0 then return values end
  if #fields <= 4000 then return redis.call('HMGET', key, unpack(fields)) end
  each(fields, function(...)
    for _, value in ipairs(redis.call('HMGET', key, ...)) do values[#values + 1] = value end
  end)
  return values
end
local function entriesOf(key, names)
  local entries, found = {}, {}
  for place, entry in ipairs(fieldsOf(key, names)) do
    if entry then
      entries[#entries + 1] = entry
      found[#found + 1] = names[place]
    end
  end
  return entries, found
end`;

/**
 * `waitingHead(index, entries, parked, id)`: the highest seq and rev that the log has of a conversation in its pending and parked
 * entries, 0 where it has none. Every entry carries the newest seq at its commit, so it and storage's head are all there is to know.
 */
export const waitingHead = `
local function waitingHead(index, entries, parked, id)
  local seq, rev = 0, 0
  local function see(entry)
    local entryRev, entrySeq = string.match(entry, '^(%d+) (%d+) ')
    seq, rev = math.max(seq, tonumber(entrySeq)), math.max(rev, tonumber(entryRev))
  end
  local newest = redis.call('ZRANGE', index, '[' .. id .. ' ~', '[' .. id .. ' ', 'BYLEX', 'REV', 'LIMIT', 0, 1)[1]
  if newest then see(redis.call('HGET', entries, newest)) end
  for _, text in ipairs(redis.call('HVALS', parked)) do see(string.match(text, '\\n(.*)$')) end
  return seq, rev
end`;

/** `headsOf(generation, ids)`: what the shard knows of these heads in this epoch, each "<seq> <rev>", or false. */
export const knownHeads = `
${inParts}
local function headsOf(generation, ids)
  local heads, missing, places = fieldsOf(prefix .. 'heads:' .. generation, ids), {}, {}
  for place, head in ipairs(heads) do
    if not head then
      missing[#missing + 1] = ids[place]
      places[#places + 1] = place
    end
  end
  for number, head in ipairs(fieldsOf(prefix .. 'heads:' .. (generation - 1), missing)) do heads[places[number]] = head end
  return heads
end`;
