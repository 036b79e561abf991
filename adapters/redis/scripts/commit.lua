-- Everything that one event changed, all or nothing, and the next event of the same conversation.
-- ARGV: cid, worker, epoch, sequence, member, state, keep ('1' to go on with this conversation),
--       lease seconds, changes (JSON, see Change in bot/ports.py).
-- Returns {'fenced'}, {'done'} (released), or {'next', member, at, body, customer said at}.
local cid, worker, epoch, seq, member = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local state, keep, lease, changes = ARGV[6], ARGV[7], tonumber(ARGV[8]), cjson.decode(ARGV[9])
local conv = key('conv', cid)
local t = now()
local f = redis.call('HMGET', conv, 'owner', 'epoch', 'seq', 'commit', 'status', 'reign')
local owner, at_epoch, at_seq, at_commit = f[1] or '', f[2] or '', tonumber(f[3] or '0'), f[4] or ''
local mine = owner == worker and at_epoch == epoch
local token = epoch .. SEP .. ARGV[4]

-- Whether more stands at the desk than when a wish's event was read: this commit would not take it back.
local function knows_too_little(id, scrubbing)
  local messages, copies = 0, redis.call('HGETALL', key('copies', id))
  for i = 1, #copies, 2 do
    if copies[i]:sub(1, #scrubbing.desk) == scrubbing.desk then messages = messages + #cjson.decode(copies[i + 1]) end
  end
  return messages > scrubbing.messages or redis.call('HLEN', key('roots', id)) > scrubbing.cards
end

-- Take out what was said, and under which names it is found; what is on its way ends by itself, and is marked: nothing of
-- it is to be remembered (see `settle`). It is looked for in its case's thread, so that card is known until then.
local function scrub(id, scrubbing)
  local needed = {}
  redis.call('SREM', standing_of(id), EVERYTHING)
  redis.call('DEL', key('journal', id), key('origins', id), key('copies', id))
  note_forgotten(id)
  local all = redis.call('HGETALL', key('status', id))
  for i = 1, #all, 2 do
    local st = cjson.decode(all[i + 1])
    -- What may have been sent before is sent on, so that what it became is found, and deleted. What takes back what an
    -- earlier wish found is done as well.
    local again = st.s == 'P' and st.re and (st.case or st.root)
    if st.s == 'K' or (st.s == 'P' and not again and not st.stays) then
      drop(id, lane_of(id, st.l), all[i])
    elseif not st.stays then
      st.gone = true
      set_status(id, all[i], st)
      if st.case then needed[st.case] = true end
    end
  end
  for _, case in ipairs(redis.call('HKEYS', key('roots', id))) do
    if not needed[case] then
      stays_standing(id, redis.call('HGET', key('roots', id), case))
      redis.call('HDEL', key('roots', id), case)
    end
  end
  drop_timers(id)
  drop_quarantined(id)
  redis.call('HDEL', conv, 'said:customer')
  redis.call('HSET', conv, 'scrubbed', scrubbing.wish)
end

local function apply()
  local reign = tonumber(f[6] or '0')
  -- A reign ends when the bot loses the word: what it had not yet said is not said any more.
  if f[5] == 'bot' and changes.status ~= 'bot' then reign = reign + 1 end
  redis.call('HSET', conv, 'state', state, 'seq', seq + 1, 'commit', token, 'status', changes.status, 'reign', reign)
  -- Whose words may go out: what an agent had queued is held against it again before each attempt.
  redis.call('HSET', conv, 'word', changes.word or '')
  if changes.said and tonumber(redis.call('HGET', conv, 'said:customer') or '0') < tonumber(changes.said) then
    redis.call('HSET', conv, 'said:customer', changes.said)
  end
  redis.call('ZREM', key('mail', cid), member)
  redis.call('HDEL', key('text', cid), member)

  if changes.scrub then scrub(cid, changes.scrub) end
  if changes.customer then redis.call('HSET', base .. 'whose', cid, changes.customer) end
  for _, id in ipairs(changes.abandon) do
    local st = status_of(cid, id)
    if st and st.s == 'K' then drop(cid, lane_of(cid, st.l), id) end
  end
  for _, id in ipairs(changes.resend) do
    local st = status_of(cid, id)
    if st and st.s == 'K' then
      local queue = key('queue', lane_of(cid, st.l))
      st.s, st.tries, st.q, st.late = 'P', nil, exact(now()), nil
      if not st.re then st.first = nil end
      set_status(cid, id, st)
      -- Everything else in its lane waits for the message that opens the thread.
      redis.call(st.root and 'LPUSH' or 'RPUSH', queue, id)
      awaken(lane_of(cid, st.l))
    end
  end
  for _, e in ipairs(changes.entries) do
    local lane = lane_of(cid, e.lane)
    local queue = key('queue', lane)
    if e.only then
      for _, other in ipairs(redis.call('LRANGE', queue, 0, -1)) do
        local st = status_of(cid, other)
        if st and st.s == 'P' then drop(cid, lane, other) end
      end
    end
    local begun = e.source and (e.renews or e.recalls) and supersede(cid, e)
    local st = {s = 'P', a = 0, l = e.lane, case = e.case, src = e.source, root = e.root, p = e.priority, q = exact(now())}
    st.w, st.own, st.told, st.grp = e.words, e.word, e.told, e.group
    st.am = e.renews and true or nil
    if begun and st.am then st.own, st.begun = nil, true end
    if e.guarded then st.g = reign end
    if changes.scrub then st.stays = 1 end
    keep_entry(cid, e.id, e.body, st)
    redis.call('RPUSH', queue, e.id)
    rouse(lane)
  end
  for _, timer in ipairs(changes.cancelled) do
    redis.call('ZREM', base .. 'timers', cid .. SEP .. timer)
  end
  for _, timer in ipairs(changes.timers) do
    redis.call('ZADD', base .. 'timers', timer[2], cid .. SEP .. timer[1])
  end
  for _, line in ipairs(changes.journal) do
    redis.call('RPUSH', key('journal', cid), line)
    redis.call('PUBLISH', prefix .. ':journal', cid .. SEP .. line)
  end
  if #changes.journal > 0 then redis.call('LTRIM', key('journal', cid), -2000, -1) end
  if #changes.counts > 0 then
    local counts = base .. 'counts:' .. changes.hour
    for _, pair in ipairs(changes.counts) do redis.call('HINCRBY', counts, pair[1], pair[2]) end
    redis.call('EXPIRE', counts, 90 * 86400)
    redis.call('ZADD', base .. 'hours', changes.hour, changes.hour)
    redis.call('ZREMRANGEBYSCORE', base .. 'hours', '-inf', changes.hour - 90 * 24 - 1)
  end
  for _, row in ipairs(changes.index) do
    redis.call('HSET', base .. 'index', row[1], cjson.encode({cid, tostring(seq + 1), row[2], exact(t)}))
    remember_name(cid, row[1])
  end
  redis.call('ZADD', base .. 'moved', exact(t), cid)
end

if at_seq == seq + 1 and at_commit == token then
  -- This very commit ran before and its answer was lost. (The write gives WAIT something to wait for.)
  redis.call('HSET', conv, 'commit', token)
elseif not mine or at_seq ~= seq then
  return {'fenced'}
elseif changes.scrub and knows_too_little(cid, changes.scrub) then
  -- It is read again, with what arrived, before anything else happens here.
  release_conversation(cid)
  return {'fenced'}
else
  apply()
end
if not mine then return {'done'} end
local head = redis.call('ZRANGE', key('mail', cid), 0, 0, 'WITHSCORES')
if head[1] and keep == '1' then
  redis.call('ZADD', base .. 'claims', exact(t + lease), cid)
  return {
    'next', head[1], head[2], redis.call('HGET', key('text', cid), head[1]) or '',
    redis.call('HGET', conv, 'said:customer') or '0'
  }
end
if state == '' and not head[1] then
  -- Nothing has begun: what came belonged to a conversation that was forgotten, or to none.
  local had = redis.call('HGET', base .. 'claimed', worker)
  if had and cjson.decode(had)[2] == cid then redis.call('HDEL', base .. 'claimed', worker) end
  redis.call('DEL', conv)
  redis.call('ZREM', base .. 'moved', cid)
  redis.call('ZREM', base .. 'claims', cid)
  return {'done'}
end
release_conversation(cid)
return {'done'}
