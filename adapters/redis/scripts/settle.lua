-- Write down how an attempt ended. What is known of an attempt is true whoever owns the lane by now, so
-- this is matched by the attempt's number, not by the epoch.
-- ARGV: cid, lane name, worker, epoch, entry, attempt, outcome, details (JSON), looks (JSON, seconds), keep.
-- outcome: sent | retry | unknown | missed | parked | withheld
-- Returns {'next', entry, payload, status, time, root}, {'asleep', seconds} or {'done'} (the lane is released).
local cid, lane, worker, epoch, entry = ARGV[1], lane_of(ARGV[1], ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local attempt, outcome, d = tonumber(ARGV[6]), ARGV[7], cjson.decode(ARGV[8])
local looks, keep = cjson.decode(ARGV[9]), ARGV[10]
local t = now()
local queue, meta = key('queue', lane), key('lane', lane)
local f = redis.call('HMGET', meta, 'owner', 'epoch')
local mine = f[1] == worker and f[2] == epoch
local st = status_of(cid, entry)

local function deliver_all(bodies)
  for _, body in ipairs(bodies) do deliver(cid, exact(t), body) end
end

local function link(copies)
  for _, c in ipairs(copies) do
    local field, ref, copy_key, origin = c[1], c[2], c[3], c[4]
    local raw = redis.call('HGET', key('copies', cid), field)
    local list = raw and cjson.decode(raw) or {}
    local there = false
    for _, known in ipairs(list) do there = there or known == ref end
    if not there then
      list[#list + 1] = ref
      redis.call('HSET', key('copies', cid), field, cjson.encode(list))
    end
    redis.call('HSET', key('origins', cid), copy_key, origin)
  end
end

-- A text that has become shorter has fewer copies, and so has a message that lost a file.
local function unlink(removed)
  for _, c in ipairs(removed) do
    local field, ref = c[1], c[2]
    local raw = redis.call('HGET', key('copies', cid), field)
    local left = {}
    for _, known in ipairs(raw and cjson.decode(raw) or {}) do
      if known ~= ref then left[#left + 1] = known end
    end
    if #left > 0 then
      redis.call('HSET', key('copies', cid), field, cjson.encode(left))
    else
      redis.call('HDEL', key('copies', cid), field)
    end
  end
end

local sleep_until = nil
-- That it arrived is true for ever, also when it was about to be sent again or people were asked; having looked for it
-- in vain counts only for whoever owns the lane.
local current = st and st.a == attempt and (outcome == 'sent' or st.s == 'S' or st.s == 'U')
if (outcome == 'missed' or outcome == 'unknown') and not mine then current = false end
if current then
  -- The customer was forgotten while it was on its way.
  local unwanted = st.gone and (st.case or st.root)
  if outcome == 'sent' and unwanted and (d.twins ~= '' or d.back) then
    -- Whatever stands there is nobody's: whoever looks for twins deletes it, or where nobody can look, this very message is.
    if d.twins ~= '' then
      redis.call('ZADD', base .. 'twins', exact(t), d.twins)
    else
      keep_entry(cid, d.back.id, d.back.body, {s = 'P', a = 0, l = d.back.lane, p = d.back.priority, q = exact(t), stays = 1})
      redis.call('RPUSH', key('queue', lane_of(cid, d.back.lane)), d.back.id)
      rouse(lane_of(cid, d.back.lane))
    end
    drop(cid, lane, entry)
  elseif st.gone and (outcome == 'parked' or (outcome == 'retry' and not st.re)) then
    drop(cid, lane, entry)
  elseif outcome == 'sent' then
    link(d.copies)
    unlink(d.removed)
    for _, field in ipairs(d.unlinked) do redis.call('HDEL', key('copies', cid), field) end
    if d.root then
      redis.call('HSET', key('roots', cid), d.root[1], d.root[2])
      redis.call('HSET', base .. 'index', 'thread' .. SEP .. d.root[3], cjson.encode({cid, '0', '', exact(t)}))
      remember_name(cid, 'thread' .. SEP .. d.root[3])
    end
    -- Posts that follow from this one go right behind it, in their order; behind all others if people were asked of it.
    local behind = entry
    if st.s == 'K' then redis.call('RPUSH', queue, entry) end
    for _, e in ipairs(d.follow) do
      keep_entry(cid, e.id, e.body, {s = 'P', a = 0, l = st.l, case = e.case, src = e.source, p = st.p, q = st.q, w = e.words})
      redis.call('LINSERT', queue, 'AFTER', behind, e.id)
      behind = e.id
    end
    if (st.re or d.twice) and d.twins ~= '' then
      redis.call('ZADD', base .. 'twins', exact(t + d.sweep), d.twins)
    end
    drop(cid, lane, entry)
    deliver_all(d.events)
    -- Most arrivals mean nothing to anybody; the one that ends a delay does.
    if d.relief and redis.call('HDEL', key('conv', cid), 'late:' .. d.relief[1]) == 1 then
      deliver(cid, exact(t), d.relief[2])
    end
    for _, name in ipairs(d.wake) do awaken(lane_of(cid, name)) end
  elseif outcome == 'withheld' then
    drop(cid, lane, entry)
    deliver_all(d.events)
  elseif outcome == 'parked' then
    st.s, st.at = 'K', nil
    set_status(cid, entry, st)
    redis.call('LREM', queue, 0, entry)
    deliver_all(d.events)
  elseif outcome == 'retry' then
    st.s, st.at = 'P', nil
    -- A definite "not done" of a later attempt says nothing about an earlier one that nobody could find.
    if not st.re then st.first = nil end
    st.tries = (st.tries or 0) + 1
    st.step = d.step
    if st.am and d.begun then st.own, st.begun = nil, true end
    set_status(cid, entry, st)
    sleep_until = t + d.delay
  elseif outcome == 'unknown' or outcome == 'missed' then
    -- A look counts by when it was begun, not by when it is reported: a process may have stood still between.
    local since = math.min(t, d.looked or t) - tonumber(st.at)
    if outcome == 'missed' and since >= looks[#looks] then
      st.s, st.at, st.re = 'P', nil, 1
      sleep_until = t
    else
      st.s = 'U'
      local next_look = looks[#looks]
      for i = #looks, 1, -1 do
        if looks[i] > since + 0.001 then next_look = looks[i] end
      end
      sleep_until = math.max(tonumber(st.at) + next_look, t + d.delay)
    end
    set_status(cid, entry, st)
  end
elseif outcome == 'sent' and d.twins ~= '' then
  -- Somebody gave this attempt up and may have sent another: look for the later twin and delete it.
  redis.call('ZADD', base .. 'twins', exact(t + d.sweep), d.twins)
end

if not mine then
  if current then awaken(lane) end
  return {'done'}
end
if sleep_until and sleep_until > t then
  put_to_sleep(lane, sleep_until)
  release_lane(lane)
  return {'asleep', exact(sleep_until - t)}
end
local head = head_of(cid, lane, t)
if head and keep == '1' and not redis.call('ZSCORE', base .. 'asleep', lane) then
  redis.call('ZADD', base .. 'lane-claims', exact(t + d.lease), lane)
  return {'next', head[1], head[2], head[3], head[4], head[5]}
end
release_lane(lane)
return {'done'}
