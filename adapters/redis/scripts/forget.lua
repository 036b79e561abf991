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
local names = note_forgotten(cid)
for _, root in ipairs(redis.call('HVALS', key('roots', cid))) do stays_standing(cid, root) end
if moved ~= '' and redis.call('HEXISTS', key('conv', cid), 'scrubbed') == 0 then stays_standing(cid, EVERYTHING) end
local sequence = redis.call('HGET', key('conv', cid), 'seq')
if sequence then redis.call('SET', last_of(cid), sequence, 'EX', 3600) end

local lanes = {}
local all = redis.call('HGETALL', key('status', cid))
for i = 2, #all, 2 do lanes[lane_of(cid, cjson.decode(all[i]).l)] = true end
-- A lane is somebody's, or sleeps, for longer than there is anything in it.
for _, kind in ipairs({'lane-claims', 'asleep'}) do
  for _, lane in ipairs(redis.call('ZRANGE', base .. kind, 0, -1)) do
    if string.sub(lane, 1, #cid + 1) == cid .. SEP then lanes[lane] = true end
  end
end
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
let_go(cid, cid)
redis.call('HDEL', base .. 'whose', cid)
-- What a worker had last is remembered for the case that its answer was lost.
for _, kind in ipairs({'claimed', 'opened'}) do
  local had = redis.call('HGETALL', base .. kind)
  for i = 1, #had, 2 do
    local name = cjson.decode(had[i + 1])[2]
    if name == cid or string.sub(name, 1, #cid + 1) == cid .. SEP then redis.call('HDEL', base .. kind, had[i]) end
  end
end
drop_timers(cid)
drop_quarantined(cid)
local answer = {1}
for _, name in ipairs(names) do answer[#answer + 1] = name end
return answer
