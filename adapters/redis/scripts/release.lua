-- Give conversations and lanes back. ARGV: worker. Whatever that worker still owns here becomes free;
-- its commits and sends are fenced from now on, because owner and epoch will differ.
local worker = ARGV[1]
local freed = 0
for _, cid in ipairs(redis.call('ZRANGE', base .. 'claims', 0, -1)) do
  local owner = redis.call('HGET', key('conv', cid), 'owner')
  if owner == worker then
    release_conversation(cid)
    freed = freed + 1
  end
end
for _, lane in ipairs(redis.call('ZRANGE', base .. 'lane-claims', 0, -1)) do
  if redis.call('HGET', key('lane', lane), 'owner') == worker then
    release_lane(lane)
    freed = freed + 1
  end
end
redis.call('HDEL', base .. 'claimed', worker)
redis.call('HDEL', base .. 'opened', worker)
return freed
