-- Lengthen the leases of what a worker is still busy with. ARGV: worker, lease, JSON {conversations, lanes}
-- as pairs of name and epoch. What is not ours any more is left alone.
local worker, lease = ARGV[1], tonumber(ARGV[2])
local held = cjson.decode(ARGV[3])
local till = exact(now() + lease)
for _, pair in ipairs(held[1]) do
  local f = redis.call('HMGET', key('conv', pair[1]), 'owner', 'epoch')
  if f[1] == worker and f[2] == pair[2] then redis.call('ZADD', base .. 'claims', till, pair[1]) end
end
for _, pair in ipairs(held[2]) do
  local f = redis.call('HMGET', key('lane', pair[1]), 'owner', 'epoch')
  if f[1] == worker and f[2] == pair[2] then redis.call('ZADD', base .. 'lane-claims', till, pair[1]) end
end
return 1
