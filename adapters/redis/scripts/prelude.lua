-- Put in front of every script of a shard. KEYS[1] is the shard's base key, `PREFIX:{sN}:`, and every
-- key that a script touches begins with it, so that a script stays within one hash tag on a Cluster.
--
-- Rule of all scripts: running one twice with the same arguments changes nothing the second time, and
-- answers so that the caller does the right thing. A reply can be lost after the work was done.
local base = KEYS[1]
local prefix, shard = string.match(base, '^(.*):{s(%d+)}:$')
local SEP = '\31'

local function key(kind, id) return base .. kind .. ':' .. id end

-- Seconds since 1970 by the server's own clock: leases never depend on the clock of a process.
local function now()
  local t = redis.call('TIME')
  return tonumber(t[1]) + tonumber(t[2]) / 1000000
end

local function exact(number) return string.format('%.6f', number) end

-- `w`: a conversation is ready; `s`: a lane is ready. Lost wake-ups are made good by the janitor's tick.
local function wake(who) redis.call('PUBLISH', prefix .. ':wake', who .. shard) end

-- Queue a conversation for the workers, once, unless somebody owns it: the owner looks again at commit.
local function schedule(cid)
  local conv = key('conv', cid)
  local f = redis.call('HMGET', conv, 'ready', 'owner')
  if f[1] ~= '1' and (not f[2] or f[2] == '') then
    redis.call('HSET', conv, 'ready', '1')
    redis.call('RPUSH', base .. 'ready', cid)
    wake('w')
  end
end

-- The sequence that a conversation had when it was forgotten within the last hour, by a hash.
local function last_of(cid) return key('last', redis.sha1hex(cid)) end

-- The mailbox is ordered by the platform's time; what arrived first goes first among equals.
local function deliver(cid, at, body)
  local n = redis.call('HINCRBY', key('conv', cid), 'arrivals', 1)
  -- Entries are named by the sequence: one that begins anew after it was forgotten must not name them as before.
  if n == 1 then
    local before = tonumber(redis.call('GET', last_of(cid)) or '0')
    redis.call('HSETNX', key('conv', cid), 'seq', math.max(math.floor(now()), before + 1))
  end
  local member = string.format('%012d', n)
  redis.call('ZADD', key('mail', cid), at, member)
  redis.call('HSET', key('text', cid), member, body)
  schedule(cid)
end

-- A lane is named by its conversation and a short name: cid SEP name.
local function lane_of(cid, name) return cid .. SEP .. name end

-- Queue a lane for the senders, once, unless somebody owns it or it sleeps until a given time.
local function rouse(lane)
  local meta = key('lane', lane)
  local f = redis.call('HMGET', meta, 'ready', 'owner')
  if f[1] == '1' or (f[2] and f[2] ~= '') then return end
  if redis.call('ZSCORE', base .. 'asleep', lane) then return end
  redis.call('HSET', meta, 'ready', '1')
  redis.call('RPUSH', base .. 'lanes', lane)
  wake('s')
end

-- The same, even when it sleeps. One whose entries were dropped meanwhile has nothing to wake up for, and is forgotten.
local function awaken(lane)
  redis.call('ZREM', base .. 'asleep', lane)
  if redis.call('EXISTS', key('queue', lane)) == 1 then return rouse(lane) end
  local f = redis.call('HMGET', key('lane', lane), 'ready', 'owner')
  if f[1] ~= '1' and (not f[2] or f[2] == '') then redis.call('DEL', key('lane', lane)) end
end

-- Names one claim of a conversation or lane: nobody else's, nor another of the same owner. A number alone would not do:
-- a store that lost its end counts the same ones again, while those who had them are still at work.
local function next_epoch(token) return redis.call('INCR', base .. 'epoch') .. '.' .. token end

local function put_to_sleep(lane, untill)
  redis.call('ZADD', base .. 'asleep', exact(untill), lane)
end

local function wake_due_lanes(t)
  for _, lane in ipairs(redis.call('ZRANGEBYSCORE', base .. 'asleep', '-inf', exact(t), 'LIMIT', 0, 200)) do
    awaken(lane)
  end
end

local function status_of(cid, entry)
  local raw = redis.call('HGET', key('status', cid), entry)
  return raw and cjson.decode(raw)
end

local function set_status(cid, entry, st)
  redis.call('HSET', key('status', cid), entry, cjson.encode(st))
end

-- The entries of a message that are not there yet, by what they are: `w` are copies of its words, `am` are edits of
-- copies. Kept by message, so that an edit need not read everything that waits in a long conversation.
local function mark_field(st)
  if not st.src then return nil end
  return st.w and 'w' .. SEP .. st.src or st.am and 'am' .. SEP .. st.src or nil
end

local function marked_of(cid, source, mark)
  local found = {}
  local ids = redis.call('HGET', key('marks', cid), mark .. SEP .. source)
  for id in string.gmatch(ids or '', '%S+') do
    local st = status_of(cid, id)
    if st then found[#found + 1] = {id, st} end
  end
  return found
end

local function unsent_of(cid, source) return marked_of(cid, source, 'w') end

-- Queue an entry's payload and status; where it stands in its lane is the caller's business.
local function keep_entry(cid, entry, body, st)
  redis.call('HSET', key('entry', cid), entry, body)
  set_status(cid, entry, st)
  local field = mark_field(st)
  if field then
    local ids = redis.call('HGET', key('marks', cid), field)
    redis.call('HSET', key('marks', cid), field, ids and ids .. ' ' .. entry or entry)
  end
end

local function unmark(cid, entry, st)
  local field = mark_field(st)
  if not field then return end
  local left = {}
  for id in string.gmatch(redis.call('HGET', key('marks', cid), field) or '', '%S+') do
    if id ~= entry then left[#left + 1] = id end
  end
  if #left == 0 then
    redis.call('HDEL', key('marks', cid), field)
  else
    redis.call('HSET', key('marks', cid), field, table.concat(left, ' '))
  end
end

-- What `newest` says of a message that its author took back.
local RECALLED = '-'

-- Forget an entry altogether: it was sent, or is not to be sent any more.
local function drop(cid, lane, entry)
  local st = status_of(cid, entry)
  redis.call('LREM', key('queue', lane), 0, entry)
  redis.call('HDEL', key('status', cid), entry)
  redis.call('HDEL', key('entry', cid), entry)
  if st then unmark(cid, entry, st) end
  if st and st.w and st.src and redis.call('HEXISTS', key('newest', cid), st.src) == 1 then
    if #unsent_of(cid, st.src) == 0 then redis.call('HDEL', key('newest', cid), st.src) end
  end
end

-- Whether an edit of a message waits that the word for which it was made went away from. It is none then, unless
-- the customer has begun to see it.
local function comes_too_late(cid, source, word)
  for _, pair in ipairs(marked_of(cid, source, 'am')) do
    if pair[2].own and pair[2].own ~= word then return true end
  end
  return false
end

-- From now on an edit that waits is made whatever becomes of the word: a text is never left half old, half new.
local function begin_edits(cid, source)
  for _, pair in ipairs(marked_of(cid, source, 'am')) do
    pair[2].own, pair[2].begun = nil, true
    set_status(cid, pair[1], pair[2])
  end
end

-- Copies of a message that are not there yet say what it says by now, or are never sent.
-- Returns whether an edit had begun to be seen: so has the newer one then.
local function supersede(cid, e)
  local begun = false
  -- An edit that waits is outdated by a newer one, and must not show its words after a deletion.
  for _, pair in ipairs(marked_of(cid, e.source, 'am')) do
    begun = begun or pair[2].begun
    if pair[2].s == 'P' then drop(cid, lane_of(cid, pair[2].l), pair[1]) end
  end
  local waiting = unsent_of(cid, e.source)
  local left = #waiting
  if e.recalls then
    for _, pair in ipairs(waiting) do
      local entry, st = pair[1], pair[2]
      -- One that is on its way is deleted by what comes behind it in its lane.
      if (st.s == 'P' and not st.re) or st.s == 'K' then
        drop(cid, lane_of(cid, st.l), entry)
        left = left - 1
      end
    end
  end
  if left > 0 then redis.call('HSET', key('newest', cid), e.source, e.recalls and RECALLED or e.renews) end
  return begun
end

-- What a sender needs to know of the lane's head: entry, payload, status, time, root. Nil when it is empty.
local function head_of(cid, lane, t)
  local entry = redis.call('LINDEX', key('queue', lane), 0)
  if not entry then return nil end
  local raw = redis.call('HGET', key('status', cid), entry) or '{}'
  local case = cjson.decode(raw).case
  return {
    entry,
    redis.call('HGET', key('entry', cid), entry) or '',
    raw,
    exact(t),
    case and redis.call('HGET', key('roots', cid), case) or ''
  }
end

-- Remember a name under which others find this conversation, so that it can be forgotten with it: a field of the
-- index rows, a case's number or a thread.
local function remember_name(cid, field) redis.call('HSET', key('names', cid), field, '') end

-- Write down the names of a conversation until they are forgotten as well, and forget them here. A repetition finds
-- them there; so does the janitor, when whoever asked for this has died. Among them is the sequence until which nothing
-- that follows from the conversation is to be kept elsewhere: whoever committed it may stand still meanwhile.
local function note_forgotten(cid)
  local names = redis.call('HKEYS', key('names', cid))
  local sequence = redis.call('HGET', key('conv', cid), 'seq')
  if sequence then names[#names + 1] = 'until' .. SEP .. sequence end
  local noted = redis.call('HGET', base .. 'forgotten', cid)
  for _, name in ipairs(noted and cjson.decode(noted) or {}) do names[#names + 1] = name end
  if #names > 0 then redis.call('HSET', base .. 'forgotten', cid, cjson.encode(names)) end
  for _, name in ipairs(names) do redis.call('HDEL', base .. 'index', name) end
  redis.call('DEL', key('names', cid))
  return names
end

-- What stays at the desk of a conversation that was forgotten: the cards that say so. Of one that became too old it is
-- everything. Known for a day, by a hash: longer than anybody looks for twins.
local EVERYTHING = '*'
local function standing_of(cid) return key('standing', redis.sha1hex(cid)) end

local function stays_standing(cid, what)
  redis.call('SADD', standing_of(cid), what)
  redis.call('EXPIRE', standing_of(cid), 86400)
end

-- A thread that was let go of is bound to that conversation no more by whoever stood still meanwhile: known for an hour,
-- by hashes, for nothing of the conversation is to be left. Only new words in the thread itself bind it again.
local function unbound(thread) return key('unbound', redis.sha1hex(thread)) end

local function let_go(thread, cid)
  redis.call('HDEL', base .. 'bindings', thread)
  redis.call('SET', unbound(thread), redis.sha1hex(cid), 'EX', 3600)
end

local function tie(thread, cid)
  if redis.call('GET', unbound(thread)) == redis.sha1hex(cid) then return false end
  redis.call('HSET', base .. 'bindings', thread, cid)
  return true
end

local function drop_timers(cid)
  local mine = cid .. SEP
  for _, member in ipairs(redis.call('ZRANGE', base .. 'timers', 0, -1)) do
    if string.sub(member, 1, #mine) == mine then redis.call('ZREM', base .. 'timers', member) end
  end
end

local function drop_quarantined(cid)
  for _, raw in ipairs(redis.call('LRANGE', base .. 'quarantine', 0, -1)) do
    if cjson.decode(raw)[1] == cid then redis.call('LREM', base .. 'quarantine', 0, raw) end
  end
end

local function release_lane(lane)
  local meta = key('lane', lane)
  redis.call('ZREM', base .. 'lane-claims', lane)
  if redis.call('EXISTS', key('queue', lane)) == 0 then
    redis.call('DEL', meta)
    redis.call('ZREM', base .. 'asleep', lane)
  else
    redis.call('HDEL', meta, 'owner', 'epoch')
    rouse(lane)
  end
end

local function release_conversation(cid)
  redis.call('HDEL', key('conv', cid), 'owner', 'epoch')
  redis.call('ZREM', base .. 'claims', cid)
  if redis.call('EXISTS', key('mail', cid)) == 1 then schedule(cid) end
end
