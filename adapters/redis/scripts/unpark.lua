-- Forget parked activities that reached their mailbox (or are too old). ARGV: thread, raw...
local thread = ARGV[1]
local parked = key('parked', thread)
for i = 2, #ARGV do redis.call('LREM', parked, 1, ARGV[i]) end
local first = redis.call('LINDEX', parked, 0)
if not first then
  redis.call('ZREM', base .. 'orphans', thread)
else
  redis.call('ZADD', base .. 'orphans', cjson.decode(first)[1], thread)
end
return redis.call('LLEN', parked)
