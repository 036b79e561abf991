-- Which conversation a thread is bound to. Unbound, the activity is parked with the thread; bound while
-- earlier ones are still parked, it is parked behind them, so that their order is kept.
-- ARGV: thread, parcel. Returns {cid or '', 1 when it was parked}.
local thread, parcel = ARGV[1], ARGV[2]
local cid = redis.call('HGET', base .. 'bindings', thread)
local parked = key('parked', thread)
if cid and redis.call('EXISTS', parked) == 0 then return {cid, 0} end
local t = now()
redis.call('RPUSH', parked, cjson.encode({exact(t), parcel}))
redis.call('ZADD', base .. 'orphans', 'NX', exact(t), thread)
return {cid or '', 1}
