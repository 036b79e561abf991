-- What is remembered of solved cases. KEYS: rows by case, customer by case, cases by time, version.
-- ARGV: put, case, customer, row, time, most | remove, case | forget, customer. Returns how many were removed.
local function drop(case)
  redis.call('HDEL', KEYS[2], case)
  redis.call('ZREM', KEYS[3], case)
  return redis.call('HDEL', KEYS[1], case)
end

local dropped = 0
if ARGV[1] == 'put' then
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[4])
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
  redis.call('ZADD', KEYS[3], ARGV[5], ARGV[2])
  local over = redis.call('ZCARD', KEYS[3]) - tonumber(ARGV[6])
  if over > 0 then
    for _, case in ipairs(redis.call('ZRANGE', KEYS[3], 0, over - 1)) do dropped = dropped + drop(case) end
  end
elseif ARGV[1] == 'remove' then
  dropped = drop(ARGV[2])
else
  local whose = redis.call('HGETALL', KEYS[2])
  for n = 1, #whose, 2 do
    if whose[n + 1] == ARGV[2] then dropped = dropped + drop(whose[n]) end
  end
end
if ARGV[1] == 'put' or dropped > 0 then redis.call('INCR', KEYS[4]) end
return dropped
