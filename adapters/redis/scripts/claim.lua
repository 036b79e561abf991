-- Give the next ready conversation to a worker. ARGV: worker, token (one per call), lease seconds.
-- Returns nil or {cid, epoch, sequence, state, member, at, body, customer said at, how many wait}.
local worker, token, lease = ARGV[1], ARGV[2], tonumber(ARGV[3])
local t = now()

local function view(cid, epoch)
  local head = redis.call('ZRANGE', key('mail', cid), 0, 0, 'WITHSCORES')
  if not head[1] then return false end
  local f = redis.call('HMGET', key('conv', cid), 'seq', 'state', 'said:customer')
  return {
    cid, epoch, f[1] or '0', f[2] or '', head[1], head[2],
    redis.call('HGET', key('text', cid), head[1]) or '', f[3] or '0',
    redis.call('LLEN', base .. 'ready')
  }
end

local last = redis.call('HGET', base .. 'claimed', worker)
if last then
  last = cjson.decode(last)
  if last[1] == token then
    local f = redis.call('HMGET', key('conv', last[2]), 'owner', 'epoch')
    if f[1] == worker and f[2] == last[3] then return view(last[2], last[3]) end
  end
end
while true do
  local cid = redis.call('LPOP', base .. 'ready')
  if not cid then return false end
  local conv = key('conv', cid)
  redis.call('HDEL', conv, 'ready')
  local owner = redis.call('HGET', conv, 'owner')
  if (not owner or owner == '') and redis.call('EXISTS', key('mail', cid)) == 1 then
    local epoch = next_epoch(token)
    redis.call('HSET', conv, 'owner', worker, 'epoch', epoch)
    redis.call('ZADD', base .. 'claims', exact(t + lease), cid)
    redis.call('HSET', base .. 'claimed', worker, cjson.encode({token, cid, epoch}))
    return view(cid, epoch)
  end
end
