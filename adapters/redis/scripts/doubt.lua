-- Messages that the bot was not sure of. KEYS: rows, customers and conversations by message, messages by time; for put,
-- take_back and clear also the sequence of the conversation until which nothing is kept any more.
-- ARGV: put, id, row, customer, conversation, time, most, sequence | change, id, row | remove, id |
-- take_back, id, sequence, seconds | clear, conversation, sequence, seconds | forget, customer | drop, time.
-- Returns how many were removed.
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

-- What was decided until then and comes only now, from a process that stood still, is not kept.
local function until_then(sequence, seconds)
  if tonumber(sequence) > tonumber(redis.call('GET', KEYS[5]) or '0') then
    redis.call('SET', KEYS[5], sequence, 'EX', seconds)
  end
end

local what = ARGV[1]
if what == 'take_back' or what == 'clear' then until_then(ARGV[3], ARGV[4]) end
if what == 'remove' or what == 'take_back' then return drop(ARGV[2]) end
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
  if tonumber(ARGV[8]) <= tonumber(redis.call('GET', KEYS[5]) or '0') then return 0 end
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
