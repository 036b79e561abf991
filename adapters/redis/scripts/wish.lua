-- Write a wish to be forgotten over, unless it is fulfilled: it never comes back. KEYS[1]: wishes. ARGV: id, row.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
