-- What is remembered of solved cases. KEYS: rows by case, customer by case, cases by time, version; for put and remove
-- also the sequence by which this case changed last, for put the one until which its conversation was forgotten.
-- ARGV: put, case, customer, row, time, most, sequence, seconds | remove, case, sequence, seconds | forget, customer.
-- Returns how many were removed.
local function drop(case)
  redis.call('HDEL', KEYS[2], case)
  redis.call('ZREM', KEYS[3], case)
  return redis.call('HDEL', KEYS[1], case)
end

-- Whether nothing later is known of the case; then this is what is. Processes that stand still come late.
local function is_latest(sequence, seconds)
  if tonumber(sequence) < tonumber(redis.call('GET', KEYS[5]) or '0') then return false end
  redis.call('SET', KEYS[5], sequence, 'EX', seconds)
  return true
end

local dropped = 0
if ARGV[1] == 'put' then
  if tonumber(ARGV[7]) <= tonumber(redis.call('GET', KEYS[6]) or '0') then return 0 end
  if not is_latest(ARGV[7], ARGV[8]) then return 0 end
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[4])
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
  redis.call('ZADD', KEYS[3], ARGV[5], ARGV[2])
  local over = redis.call('ZCARD', KEYS[3]) - tonumber(ARGV[6])
  if over > 0 then
    for _, case in ipairs(redis.call('ZRANGE', KEYS[3], 0, over - 1)) do dropped = dropped + drop(case) end
  end
elseif ARGV[1] == 'remove' then
  if is_latest(ARGV[3], ARGV[4]) then dropped = drop(ARGV[2]) end
else
  local whose = redis.call('HGETALL', KEYS[2])
  for n = 1, #whose, 2 do
    if whose[n + 1] == ARGV[2] then dropped = dropped + drop(whose[n]) end
  end
end
if ARGV[1] == 'put' or dropped > 0 then redis.call('INCR', KEYS[4]) end
return dropped
