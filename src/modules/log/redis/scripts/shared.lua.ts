/**
 * Lua functions that several scripts share. `prefix` is the prefix of the shard's keys. They share one hash tag, so keys that are
 * built from it are on the node that runs the script.
 */

/** `nowMs()`: Redis' time in ms. */
export const clock = `
local function nowMs()
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end`;

/**
 * `isClosed(meta)`: whether the nodes may still be restoring entries after a loss. Entries that are read in this time could be persisted
 * ahead of others that are still missing.
 */
export const closedCheck = `
${clock}
local function isClosed(meta) return nowMs() < tonumber(redis.call('HGET', meta, 'opens') or 0) end`;

/**
 * `each(list, work)`: calls `work` with parts of the list as arguments, because Lua passes only a few thousand arguments to a call.
 * `fieldsOf(key, fields)`: the values of these fields of a hash, in the same order; false for a missing field.
 * `entriesOf(key, names)`: the existing entries with these names, and their names, in the same order.
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
 * `waitingHead(index, entries, parked, id)`: the highest seq and rev of a conversation's pending and parked entries, 0 if there are
 * none. Every entry carries the newest seq at its commit, so this and the head in storage together give the conversation's head.
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

/** `headsOf(generation, ids)`: the heads that were compared with storage in this epoch, each "<seq> <rev>", or false. */
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
