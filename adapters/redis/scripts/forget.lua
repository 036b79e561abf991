-- Forget a conversation: everything that is kept of it, but for the hashes by which deliveries are known as seen, which
-- end by themselves, or its old messages could come in again. Whoever works on it is fenced, whatever waits is not sent.
-- ARGV: cid, when it last moved ('' for at once, whatever happens in it: only then mail may be lost).
-- The names under which others find it are written down until they are forgotten as well.
-- Returns {1 forgotten | 0 it has moved since, names...}.
local cid, moved = ARGV[1], ARGV[2]
local last = redis.call('ZSCORE', base .. 'moved', cid)
if moved ~= '' and last then
  local owner = redis.call('HGET', key('conv', cid), 'owner')
  if tonumber(last) ~= tonumber(moved) or (owner and owner ~= '') or redis.call('EXISTS', key('mail', cid)) == 1 then
    return {0}
  end
end
local names = redis.call('HKEYS', key('names', cid))
-- A repetition finds them here; so does the janitor, when whoever asked for this has died.
local noted = redis.call('HGET', base .. 'forgotten', cid)
if #names == 0 and noted then names = cjson.decode(noted) end
if #names > 0 then redis.call('HSET', base .. 'forgotten', cid, cjson.encode(names)) end

local lanes = {}
local all = redis.call('HGETALL', key('status', cid))
for i = 2, #all, 2 do lanes[lane_of(cid, cjson.decode(all[i]).l)] = true end
for lane in pairs(lanes) do
  redis.call('DEL', key('queue', lane), key('lane', lane))
  redis.call('ZREM', base .. 'asleep', lane)
  redis.call('ZREM', base .. 'lane-claims', lane)
end
for _, kind in ipairs({
  'conv', 'mail', 'text', 'status', 'entry', 'marks', 'newest', 'copies', 'origins', 'roots', 'journal', 'names'
}) do
  redis.call('DEL', key(kind, cid))
end
redis.call('ZREM', base .. 'moved', cid)
redis.call('ZREM', base .. 'claims', cid)
redis.call('HDEL', base .. 'bindings', cid)
for _, name in ipairs(names) do redis.call('HDEL', base .. 'index', name) end
local mine = cid .. SEP
for _, member in ipairs(redis.call('ZRANGE', base .. 'timers', 0, -1)) do
  if string.sub(member, 1, #mine) == mine then redis.call('ZREM', base .. 'timers', member) end
end
for _, raw in ipairs(redis.call('LRANGE', base .. 'quarantine', 0, -1)) do
  if cjson.decode(raw)[1] == cid then redis.call('LREM', base .. 'quarantine', 0, raw) end
end
local answer = {1}
for _, name in ipairs(names) do answer[#answer + 1] = name end
return answer
