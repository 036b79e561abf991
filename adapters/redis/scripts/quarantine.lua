-- Take an event that cannot be handled out of the way, keeping it for a person to look at.
-- ARGV: cid, worker, epoch, member, why. The claim is released.
local cid, member = ARGV[1], ARGV[4]
local f = redis.call('HMGET', key('conv', cid), 'owner', 'epoch')
if f[1] ~= ARGV[2] or f[2] ~= ARGV[3] then return 0 end
local body = redis.call('HGET', key('text', cid), member)
if body then
  redis.call('RPUSH', base .. 'quarantine', cjson.encode({cid, exact(now()), ARGV[5], body}))
  redis.call('LTRIM', base .. 'quarantine', -500, -1)
end
redis.call('ZREM', key('mail', cid), member)
redis.call('HDEL', key('text', cid), member)
release_conversation(cid)
return 1
