-- Give a case that is about to open its number, and say so, in one step: whoever gets a later number sees it.
-- KEYS: the last number, cases about to open by the time until which that is so. ARGV: row, now, seconds, the first number.
-- Returns the number. A second run gives another one, and the first is forgotten after its time.
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[2])
local number = redis.call('INCR', KEYS[1]) + tonumber(ARGV[4]) - 1
redis.call('ZADD', KEYS[2], ARGV[2] + ARGV[3], number .. '|' .. ARGV[1])
redis.call('EXPIRE', KEYS[2], math.ceil(2 * ARGV[3]))
return number
