-- The janitor's look at a shard: frees what nobody renews, wakes what is due, and lists what needs work.
-- ARGV: the time of day (seconds, for timers), seconds before an index row counts as forgotten, seconds in which whoever
-- is told of twins looks for them.
-- Returns {timers, twins, index rows, orphans, how much was freed, threads that are to be bound}; all but the number
-- are flat lists. A thread is to be bound from the settling of the card that opens it until that was done.
local clock, forgotten, looking = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local t = now()
local freed = 0
for _, cid in ipairs(redis.call('ZRANGEBYSCORE', base .. 'claims', '-inf', exact(t), 'LIMIT', 0, 200)) do
  release_conversation(cid)
  freed = freed + 1
end
for _, lane in ipairs(redis.call('ZRANGEBYSCORE', base .. 'lane-claims', '-inf', exact(t), 'LIMIT', 0, 200)) do
  release_lane(lane)
  freed = freed + 1
end
wake_due_lanes(t)
if redis.call('EXISTS', base .. 'ready') == 1 then wake('w') end
if redis.call('EXISTS', base .. 'lanes') == 1 then wake('s') end

local timers = {}
local due = redis.call('ZRANGEBYSCORE', base .. 'timers', '-inf', exact(clock), 'WITHSCORES', 'LIMIT', 0, 100)
for i = 1, #due, 2 do
  local cut = string.find(due[i], SEP, 1, true)
  timers[#timers + 1] = string.sub(due[i], 1, cut - 1)
  timers[#timers + 1] = string.sub(due[i], cut + 1)
  timers[#timers + 1] = due[i + 1]
end
local twins = redis.call('ZRANGEBYSCORE', base .. 'twins', '-inf', exact(t), 'LIMIT', 0, 20)
-- Those that nobody can read stand behind the others from now on.
for _, record in ipairs(twins) do redis.call('ZADD', base .. 'twins', exact(t + looking), record) end
local rows, opened = {}, {}
if redis.call('EXISTS', base .. 'index') == 1 then
  local all = redis.call('HGETALL', base .. 'index')
  for i = 1, #all, 2 do
    local row = cjson.decode(all[i + 1])
    if string.sub(all[i], 1, 7) == 'thread' .. SEP then opened[#opened + 1] = string.sub(all[i], 8) end
    if tonumber(row[4]) <= t - forgotten then
      rows[#rows + 1] = all[i]
      rows[#rows + 1] = row[1]
      rows[#rows + 1] = row[2]
      rows[#rows + 1] = row[3]
    end
  end
end
local orphans = {}
local waiting = redis.call('ZRANGE', base .. 'orphans', 0, 99, 'WITHSCORES')
for i = 1, #waiting, 2 do
  orphans[#orphans + 1] = waiting[i]
  orphans[#orphans + 1] = redis.call('HGET', base .. 'bindings', waiting[i]) or ''
  orphans[#orphans + 1] = exact(t - tonumber(waiting[i + 1]))
end
return {timers, twins, rows, orphans, freed, opened}
