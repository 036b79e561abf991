-- Bring the news that a lane's head has waited for long, once for each entry.
-- ARGV: cid, lane name, worker, epoch, entry, event, side. Returns 1 when the news was brought.
local cid, lane, entry = ARGV[1], lane_of(ARGV[1], ARGV[2]), ARGV[5]
local f = redis.call('HMGET', key('lane', lane), 'owner', 'epoch')
if f[1] ~= ARGV[3] or f[2] ~= ARGV[4] then return 0 end
local st = status_of(cid, entry)
if not st or st.late then return 0 end
st.late = 1
set_status(cid, entry, st)
redis.call('HSET', key('conv', cid), 'late:' .. ARGV[7], '1')
deliver(cid, exact(now()), ARGV[6])
return 1
