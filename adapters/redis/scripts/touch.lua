-- Remember the latest time of an agent. KEYS[1]: times by agent. ARGV: agent, time.
local known = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if known >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
