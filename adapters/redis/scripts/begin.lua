-- Write down that an attempt begins, with its time, before the platform is called.
-- ARGV: cid, lane name, worker, epoch, entry, attempts so far, seconds to sleep while the thread is missing.
-- Returns {'go', began at, first at, root, newest words, copies...} or, with the lane released, {'waits'} (for the
-- thread's root), {'withheld'} (the bot lost the word, or the author took it back), {'moved'} or {'fenced'}.
local cid, lane, worker, epoch, entry = ARGV[1], lane_of(ARGV[1], ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local attempts, patience = tonumber(ARGV[6]), tonumber(ARGV[7])
local t = now()
local f = redis.call('HMGET', key('lane', lane), 'owner', 'epoch')
local st = status_of(cid, entry)
if f[1] ~= worker or f[2] ~= epoch then return {'fenced'} end
local expected = st and ((st.s == 'P' and st.a == attempts) or (st.s == 'S' and st.a == attempts + 1))
if not expected or redis.call('LINDEX', key('queue', lane), 0) ~= entry then
  -- A newer entry took its place since we looked.
  release_lane(lane)
  return {'moved'}
end
if st.s == 'P' and st.g and tostring(st.g) ~= (redis.call('HGET', key('conv', cid), 'reign') or '0') then
  drop(cid, lane, entry)
  release_lane(lane)
  return {'withheld'}
end
if st.s == 'P' and st.own and st.own ~= (redis.call('HGET', key('conv', cid), 'word') or '') then
  -- The word went to somebody else: not one part of it is sent, and its author is told.
  for _, other in ipairs(redis.call('LRANGE', key('queue', lane), 0, -1)) do
    local part = status_of(cid, other)
    if other == entry or (st.grp and part and part.s == 'P' and part.grp == st.grp) then drop(cid, lane, other) end
  end
  if st.told then deliver(cid, exact(t), st.told) end
  release_lane(lane)
  return {'withheld'}
end
local newest = st.w and st.src and redis.call('HGET', key('newest', cid), st.src) or ''
if newest == RECALLED then
  newest = ''
  -- What may have been sent before is sent on, so that the recall behind it finds and deletes it.
  if st.s == 'P' and not st.re then
    drop(cid, lane, entry)
    release_lane(lane)
    return {'withheld'}
  end
end
if newest ~= '' then
  if comes_too_late(cid, st.src, redis.call('HGET', key('conv', cid), 'word') or '') then
    newest = ''
  else
    begin_edits(cid, st.src)
  end
end
local root = ''
if st.case and not st.root then
  root = redis.call('HGET', key('roots', cid), st.case) or ''
  if root == '' then
    put_to_sleep(lane, t + patience)
    release_lane(lane)
    return {'waits'}
  end
end
-- The second run of a begin whose answer was lost begins anew: the platform was not called in between.
st.s, st.a, st.at = 'S', attempts + 1, exact(t)
st.first = st.first or st.at
set_status(cid, entry, st)
local answer = {'go', st.at, st.first, root, newest}
if st.src then
  local copies = redis.call('HGET', key('copies', cid), st.src)
  if copies then
    for _, copy in ipairs(cjson.decode(copies)) do answer[#answer + 1] = copy end
  end
end
return answer
