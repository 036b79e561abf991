-- Let a thread belong to no conversation any more. ARGV: thread, cid. What another conversation has bound stays.
if redis.call('HGET', base .. 'bindings', ARGV[1]) == ARGV[2] then
  redis.call('HDEL', base .. 'bindings', ARGV[1])
  redis.call('DEL', key('parked', ARGV[1]))
  redis.call('ZREM', base .. 'orphans', ARGV[1])
end
return 1
