-- Messages that the bot was not sure of. KEYS: rows, customers and conversations by message, messages by time.
-- ARGV: put, id, row, customer, conversation, time, most | change, id, row | remove, id | clear, conversation |
-- forget, customer | drop, time. Returns how many were removed.
local function drop(id)
  redis.call('HDEL', KEYS[2], id)
  redis.call('HDEL', KEYS[3], id)
  redis.call('ZREM', KEYS[4], id)
  return redis.call('HDEL', KEYS[1], id)
end

local function drop_of(key, whose)
  local dropped = 0
  local all = redis.call('HGETALL', key)
  for n = 1, #all, 2 do
    if all[n + 1] == whose then dropped = dropped + drop(all[n]) end
  end
  return dropped
end

local what = ARGV[1]
if what == 'remove' then return drop(ARGV[2]) end
if what == 'clear' then return drop_of(KEYS[3], ARGV[2]) end
if what == 'forget' then return drop_of(KEYS[2], ARGV[2]) end
if what == 'change' then
  if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1 then redis.call('HSET', KEYS[1], ARGV[2], ARGV[3]) end
  return 0
end
local old = {}
if what == 'drop' then
  old = redis.call('ZRANGE', KEYS[4], '-inf', '(' .. ARGV[2], 'BYSCORE')
else
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
  redis.call('HSET', KEYS[3], ARGV[2], ARGV[5])
  redis.call('ZADD', KEYS[4], ARGV[6], ARGV[2])
  local over = redis.call('ZCARD', KEYS[4]) - tonumber(ARGV[7])
  if over > 0 then old = redis.call('ZRANGE', KEYS[4], 0, over - 1) end
end
local dropped = 0
for _, id in ipairs(old) do dropped = dropped + drop(id) end
return dropped
