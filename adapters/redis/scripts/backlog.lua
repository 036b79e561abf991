-- What waits in a shard. Returns {age of the oldest entry that is not sent, lanes, of which nobody knows, conversations}.
local t = now()
local lanes = {}
for _, name in ipairs(redis.call('ZRANGE', base .. 'asleep', 0, 1999)) do lanes[name] = true end
for _, name in ipairs(redis.call('ZRANGE', base .. 'lane-claims', 0, 1999)) do lanes[name] = true end
for _, name in ipairs(redis.call('LRANGE', base .. 'lanes', 0, 1999)) do lanes[name] = true end
local oldest, count, unknown = t, 0, 0
for lane in pairs(lanes) do
  local entry = redis.call('LINDEX', key('queue', lane), 0)
  local cut = string.find(lane, SEP, 1, true)
  local st = entry and status_of(string.sub(lane, 1, cut - 1), entry)
  if st then
    count = count + 1
    if st.s == 'U' then unknown = unknown + 1 end
    oldest = math.min(oldest, tonumber(st.q or t))
  end
end
local conversations = redis.call('LLEN', base .. 'ready') + redis.call('ZCARD', base .. 'claims')
return {exact(t - oldest), count, unknown, conversations}
