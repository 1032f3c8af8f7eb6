/**
 * The scripts of presence in Redis. All keys begin with KEYS[1], `parley:{presence-N}:`, the shard of the user.
 *
 * user:<id>    hash: device -> `<status> <node> <ends>`; ends is a time, or 0 while connected. Field `~text`: the user's text
 * seen         hash: user -> the presence that viewers saw last, `<status> <text>`
 * online       sorted set of users with a device, all scores 0: pages by id
 * due          sorted set: user -> when the first lease of their disconnected devices ends
 * nodes        sorted set: node -> when its lease ends
 * node:<id>    set of `<user> <device>`, the devices that are connected to the node
 *
 * Times come from the clock of Redis, so the clocks of the nodes need not agree.
 */
const common = `
local base = KEYS[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- Removes a user's expired devices. Returns nil if viewers see no change, else the status ('offline' without a device) and the text.
local function refresh(user)
  local key = base .. 'user:' .. user
  local fields = redis.call('HGETALL', key)
  local text, due = '', nil
  local connected, leaving = {}, {}
  for i = 1, #fields, 2 do
    if fields[i] == '~text' then
      text = fields[i + 1]
    else
      local status, _, ends = string.match(fields[i + 1], '^(%S+) (%S+) (%d+)$')
      ends = tonumber(ends)
      if ends == 0 then
        connected[#connected + 1] = status
      elseif ends > now then
        leaving[#leaving + 1] = status
        if due == nil or ends < due then due = ends end
      else
        redis.call('HDEL', key, fields[i])
      end
    end
  end
  local counting = #connected > 0 and connected or leaving
  local seen = redis.call('HGET', base .. 'seen', user)
  if due then redis.call('ZADD', base .. 'due', due, user) else redis.call('ZREM', base .. 'due', user) end
  if #counting == 0 then
    redis.call('DEL', key)
    redis.call('HDEL', base .. 'seen', user)
    redis.call('ZREM', base .. 'online', user)
    if seen then return 'offline', '' end
    return nil
  end
  local status = 'away'
  for _, one in ipairs(counting) do if one == 'online' then status = 'online' end end
  local shown = status .. ' ' .. text
  if seen == shown then return nil end
  redis.call('HSET', base .. 'seen', user, shown)
  redis.call('ZADD', base .. 'online', 0, user)
  return status, text
end
`;

/**
 * Sets the state of one device. An unknown device that disconnects changes nothing.
 * ARGV     user, device, node, status, ends in ms from now (0: connected), lease of a node in ms,
 *          text ('=': keep it, '-': remove it, '+...': set it)
 * Returns  {} if viewers see no change, else {status, text}
 * Effects  sets the device, the user's text, the node's lease if it has none, and the presence that viewers see
 */
export const putDeviceScript = `${common}
local user, device, node, status, ends, lease, text = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]
local key = base .. 'user:' .. user
local member = user .. ' ' .. device
if ends > 0 then
  if redis.call('HEXISTS', key, device) == 0 then return {} end
  ends = now + ends
end
redis.call('HSET', key, device, status .. ' ' .. node .. ' ' .. string.format('%d', ends))
if ends == 0 then
  redis.call('SADD', base .. 'node:' .. node, member)
  redis.call('ZADD', base .. 'nodes', 'NX', now + lease, node)
else
  redis.call('SREM', base .. 'node:' .. node, member)
end
local how = string.sub(text, 1, 1)
if how == '+' then redis.call('HSET', key, '~text', string.sub(text, 2)) end
if how == '-' then redis.call('HDEL', key, '~text') end
local shown, shownText = refresh(user)
if shown == nil then return {} end
return {shown, shownText}
`;

/**
 * Renews the lease of a node.
 * ARGV     node, lease in ms
 * Returns  1, or 0 if the node has no lease: its devices must be set again
 */
export const renewNodeScript = `${common}
if not redis.call('ZSCORE', base .. 'nodes', ARGV[1]) then return 0 end
redis.call('ZADD', base .. 'nodes', now + tonumber(ARGV[2]), ARGV[1])
return 1
`;

/**
 * Ends the leases of disconnected devices, and all leases of a node that has not renewed its own.
 * ARGV     limit of users and devices that one call handles
 * Returns  a flat list of user, status, text and '1' if the user's node died or '', for each user whose presence has changed for viewers
 */
export const expireScript = `${common}
local limit = tonumber(ARGV[1])
local changes = {}
local function collect(user, lost)
  local status, text = refresh(user)
  if status == nil then return end
  changes[#changes + 1] = user
  changes[#changes + 1] = status
  changes[#changes + 1] = text
  changes[#changes + 1] = lost
end
for _, user in ipairs(redis.call('ZRANGEBYSCORE', base .. 'due', '-inf', now, 'LIMIT', 0, limit)) do collect(user, '') end
for _, node in ipairs(redis.call('ZRANGEBYSCORE', base .. 'nodes', '-inf', now, 'LIMIT', 0, 1)) do
  local members = redis.call('SPOP', base .. 'node:' .. node, limit)
  for _, member in ipairs(members) do
    local user, device = string.match(member, '^(%S+) (%S+)$')
    local value = redis.call('HGET', base .. 'user:' .. user, device)
    if value and string.match(value, '^%S+ (%S+) ') == node then redis.call('HDEL', base .. 'user:' .. user, device) end
    collect(user, '1')
  end
  if #members < limit then redis.call('ZREM', base .. 'nodes', node) end
end
return changes
`;

/**
 * Counts devices and users.
 * ARGV     none
 * Returns  {connected devices, users}
 */
export const countScript = `
local devices = 0
for _, node in ipairs(redis.call('ZRANGE', KEYS[1] .. 'nodes', 0, -1)) do
  devices = devices + redis.call('SCARD', KEYS[1] .. 'node:' .. node)
end
return {devices, redis.call('ZCARD', KEYS[1] .. 'online')}
`;
