-- Let a lane sleep because its channel has no room yet. ARGV: cid, lane name, worker, epoch, seconds.
local lane = lane_of(ARGV[1], ARGV[2])
local f = redis.call('HMGET', key('lane', lane), 'owner', 'epoch')
if f[1] ~= ARGV[3] or f[2] ~= ARGV[4] then return 0 end
put_to_sleep(lane, now() + tonumber(ARGV[5]))
release_lane(lane)
return 1
