-- What the bot is taught. KEYS: rows (version|row) by number, whose words they are by number, how often that changed, how
-- often somebody was forgotten.
-- ARGV: put, number, row, customer ('': as it is), versions expected, how often somebody had been forgotten when the words
-- were read ('': that does not matter) | remove, number | forget, customer.
-- Returns 1 for a put that was done, else 0; or how many were removed.
local function drop(number)
  redis.call('HDEL', KEYS[2], number)
  local dropped = redis.call('HDEL', KEYS[1], number)
  if dropped > 0 then redis.call('INCR', KEYS[3]) end
  return dropped
end

if ARGV[1] == 'remove' then return drop(ARGV[2]) end
if ARGV[1] == 'forget' then
  -- Counted whether or not anything is dropped: whoever has read words of this customer may be about to put them.
  redis.call('INCR', KEYS[4])
  local dropped = 0
  local whose = redis.call('HGETALL', KEYS[2])
  for n = 1, #whose, 2 do
    if whose[n + 1] == ARGV[2] then dropped = dropped + drop(whose[n]) end
  end
  return dropped
end

local before = redis.call('HGET', KEYS[1], ARGV[2])
local versions = 0
if before then
  local cut = string.find(before, '|', 1, true)
  versions = tonumber(string.sub(before, 1, cut - 1))
  if string.sub(before, cut + 1) == ARGV[3] then return 1 end
end
if versions ~= tonumber(ARGV[5]) then return 0 end
if ARGV[6] ~= '' and tonumber(ARGV[6]) ~= tonumber(redis.call('GET', KEYS[4]) or '0') then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], (versions + 1) .. '|' .. ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[2], ARGV[2], ARGV[4]) end
redis.call('INCR', KEYS[3])
return 1
