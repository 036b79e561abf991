-- Let a thread belong to no conversation any more. ARGV: thread, cid. What another conversation has bound stays.
local bound = redis.call('HGET', base .. 'bindings', ARGV[1])
-- Not bound yet: whoever is about to do it stands still.
if not bound or bound == ARGV[2] then
  let_go(ARGV[1], ARGV[2])
end
if bound == ARGV[2] then
  redis.call('DEL', key('parked', ARGV[1]))
  redis.call('ZREM', base .. 'orphans', ARGV[1])
end
return 1
