-- Give the next ready lane to a sender. ARGV: worker, token (one per call), lease seconds.
-- Returns nil or {cid, lane name, epoch, how many wait, entry, payload, status, time, root}.
local worker, token, lease = ARGV[1], ARGV[2], tonumber(ARGV[3])
local t = now()

local function view(lane, epoch)
  local cut = string.find(lane, SEP, 1, true)
  local cid = string.sub(lane, 1, cut - 1)
  local head = head_of(cid, lane, t)
  if not head then return false end
  local waiting = redis.call('LLEN', base .. 'lanes')
  return {cid, string.sub(lane, cut + 1), epoch, waiting, head[1], head[2], head[3], head[4], head[5]}
end

local last = redis.call('HGET', base .. 'opened', worker)
if last then
  last = cjson.decode(last)
  if last[1] == token then
    local f = redis.call('HMGET', key('lane', last[2]), 'owner', 'epoch')
    if f[1] == worker and f[2] == last[3] then return view(last[2], last[3]) end
  end
end
wake_due_lanes(t)
while true do
  local lane = redis.call('LPOP', base .. 'lanes')
  if not lane then return false end
  local meta = key('lane', lane)
  redis.call('HDEL', meta, 'ready')
  local owner = redis.call('HGET', meta, 'owner')
  if not owner or owner == '' then
    if redis.call('EXISTS', key('queue', lane)) == 0 then
      redis.call('DEL', meta)
    elseif not redis.call('ZSCORE', base .. 'asleep', lane) then
      local epoch = next_epoch(token)
      redis.call('HSET', meta, 'owner', worker, 'epoch', epoch)
      redis.call('ZADD', base .. 'lane-claims', exact(t + lease), lane)
      redis.call('HSET', base .. 'opened', worker, cjson.encode({token, lane, epoch}))
      return view(lane, epoch)
    end
  end
end
