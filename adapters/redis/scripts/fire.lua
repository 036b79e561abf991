-- Bring a due timer's event to its conversation, once. ARGV: cid, timer, its time, body.
local member = ARGV[1] .. SEP .. ARGV[2]
local at = redis.call('ZSCORE', base .. 'timers', member)
if not at or tonumber(at) ~= tonumber(ARGV[3]) then return 0 end
redis.call('ZREM', base .. 'timers', member)
deliver(ARGV[1], exact(now()), ARGV[4])
return 1
