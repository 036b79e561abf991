-- What is left of a conversation, to be deleted elsewhere. ARGV: cid.
-- Returns {when it moved last or '', how much waits, wish by which it was scrubbed or '',
--          {name of copies, list of them (JSON), ...}, {case, root card, ...}}.
local cid = ARGV[1]
local waiting = redis.call('ZCARD', key('mail', cid)) + redis.call('HLEN', key('status', cid))
local conv = redis.call('HMGET', key('conv', cid), 'owner', 'scrubbed')
if conv[1] and conv[1] ~= '' then waiting = waiting + 1 end
return {
  redis.call('ZSCORE', base .. 'moved', cid) or '',
  waiting,
  conv[2] or '',
  redis.call('HGETALL', key('copies', cid)),
  redis.call('HGETALL', key('roots', cid))
}
