-- A process says that it lives. KEYS[1]: the set of the living. ARGV: worker, seconds until it counts as dead.
-- Returns the workers that are dead.
local t = redis.call('TIME')
local now = tonumber(t[1]) + tonumber(t[2]) / 1000000
if ARGV[1] ~= '' then redis.call('ZADD', KEYS[1], string.format('%.6f', now + tonumber(ARGV[2])), ARGV[1]) end
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.6f', now))
