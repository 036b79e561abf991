-- Make a row the newest of a macro. KEYS[1]: newest rows by name. KEYS[2]: all rows of this one, oldest first.
-- ARGV: name, row, how many there are expected to be. Returns 1, or 0 when there are others.
local count = redis.call('LLEN', KEYS[2])
if redis.call('LINDEX', KEYS[2], -1) == ARGV[2] then return 1 end
if count ~= tonumber(ARGV[3]) then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[2])
redis.call('HSET', KEYS[1], ARGV[1], (count + 1) .. '|' .. ARGV[2])
return 1
