-- Forget a dead worker whose claims were released, unless it has come back. KEYS[1]: the living. ARGV: worker, force.
local t = redis.call('TIME')
local now = tonumber(t[1]) + tonumber(t[2]) / 1000000
local till = redis.call('ZSCORE', KEYS[1], ARGV[1])
if till and (ARGV[2] == '1' or tonumber(till) <= now) then redis.call('ZREM', KEYS[1], ARGV[1]) end
return 1
