/**
 * Cursors that are ahead of storage, one hash per conversation: user -> JSON {r: read seq, d: delivered seq,
 * a: [[kind, up to seq, time, after seq], ...]}; without an after seq it is 0.
 */

/**
 * Adds a move of one member.
 * KEYS     the conversation's hash
 * ARGV     user, read seq, delivered seq, advances (JSON), seconds until an unused hash expires
 * Returns  nothing
 * Effects  cursors grow, never shrink; the advances are appended
 */
export const addMoveScript = `
local known = redis.call('HGET', KEYS[1], ARGV[1])
local state = known and cjson.decode(known) or {r = 0, d = 0, a = {}}
state.r = math.max(state.r, tonumber(ARGV[2]))
state.d = math.max(state.d, tonumber(ARGV[3]))
for _, advance in ipairs(cjson.decode(ARGV[4])) do state.a[#state.a + 1] = advance end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(state))
redis.call('EXPIRE', KEYS[1], ARGV[5])
`;

/**
 * Removes persisted moves.
 * KEYS     the conversation's hash
 * ARGV     triples of user, kind, up to seq
 * Returns  nothing
 * Effects  removes the advances of the kind at or below the seq, and members without advances
 */
export const forgetMovesScript = `
for i = 1, #ARGV, 3 do
  local user, kind, upTo = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local known = redis.call('HGET', KEYS[1], user)
  if known then
    local state = cjson.decode(known)
    local left = {}
    for _, advance in ipairs(state.a) do
      if advance[1] ~= kind or advance[2] > upTo then left[#left + 1] = advance end
    end
    if #left == 0 then
      redis.call('HDEL', KEYS[1], user)
    else
      state.a = left
      redis.call('HSET', KEYS[1], user, cjson.encode(state))
    end
  end
end
`;
