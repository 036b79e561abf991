-- Take a case out of the index. KEYS: as for `register`. ARGV: number, cid.
redis.call('ZREMRANGEBYSCORE', KEYS[5], ARGV[1], ARGV[1])
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and cjson.decode(known)[1] ~= ARGV[2] then return 0 end
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', now - 3600)
redis.call('ZADD', KEYS[6], now, ARGV[1])
redis.call('EXPIRE', KEYS[6], 3600)
if known then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[4]), ARGV[1])
end
return 1
