-- Write one row of the case index, unless a newer one is there. KEYS: numbers, open cases, what changed in them
-- (case number by version, the version), cases about to open: this one is no more; cases that were forgotten: whoever
-- committed this row may have stood still since, and it would stand among the open ones for ever.
-- ARGV: number, cid, sequence, row ('' when the case is not open).
if redis.call('ZSCORE', KEYS[6], ARGV[1]) then return 0 end
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and tonumber(cjson.decode(known)[2]) > tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode({ARGV[2], ARGV[3]}))
if ARGV[4] == '' then redis.call('HDEL', KEYS[2], ARGV[1]) else redis.call('HSET', KEYS[2], ARGV[1], ARGV[4]) end
redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[4]), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[5], ARGV[1], ARGV[1])
-- Whoever has not looked for longer reads everything.
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -501)
return 1
