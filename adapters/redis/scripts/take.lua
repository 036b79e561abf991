-- Put an activity's event into a conversation's mailbox, unless it was seen before.
-- ARGV: cid, at ('' for now), body, keep ('' or thread to bind), ledger seconds, ids...
-- Returns {1 new | 0 seen, number of activities parked for the thread that was bound}.
local cid, at, body, thread, span = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local t = now()
local seen = key('seen', cid)
local known = false
for i = 6, #ARGV do
  if redis.call('ZSCORE', seen, ARGV[i]) then known = true end
end
-- All names of an activity are remembered, also of one that was seen: its next twin may share only these.
-- (The write also gives WAIT something to wait for when a repetition is acknowledged.)
for i = 6, #ARGV do redis.call('ZADD', seen, exact(t), ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', seen, '-inf', exact(t - span))
redis.call('EXPIRE', seen, span + 60)
local parked = 0
if thread ~= '' then
  if not known then redis.call('DEL', unbound(thread)) end
  if tie(thread, cid) then parked = redis.call('LLEN', key('parked', thread)) end
end
if known then return {0, parked} end
if at == '' then at = exact(t) end
deliver(cid, at, body)
return {1, parked}
