-- Give a case that is about to open its number, and say so, in one step: whoever gets a later number sees it.
-- KEYS: the last number, cases about to open by number, what this caller was given. ARGV: row, now, seconds, the first
-- number. Returns the number. A second run gives the same one, unless it was forgotten meanwhile.
local given, span = redis.call('GET', KEYS[3]), math.ceil(2 * ARGV[3])
local number = given and tonumber(given) or redis.call('INCR', KEYS[1]) + tonumber(ARGV[4]) - 1
redis.call('SET', KEYS[3], number, 'EX', span)
redis.call('ZREMRANGEBYSCORE', KEYS[2], number, number)
redis.call('ZADD', KEYS[2], number, string.format('%d|%.6f|%s', number, ARGV[2] + ARGV[3], ARGV[1]))
redis.call('EXPIRE', KEYS[2], span)
-- Numbers are given in the order of time, so those that did not open in theirs stand first.
while tonumber(string.match(redis.call('ZRANGE', KEYS[2], 0, 0)[1], '^%d+|([%d.]+)|')) <= tonumber(ARGV[2]) do
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, 0)
end
return number
