-- A token bucket, with a line of those who wait for it. KEYS[1]: the bucket. ARGV: tokens a second, burst, cost (below
-- 0 gives back), reserve that must be left for more urgent calls, seconds to freeze (0 for none); and, for who stands
-- in line: their name, seconds by which later ones may go before them, the reserve when these are over, seconds
-- after which they ask again at the latest.
-- Returns the seconds to wait; '0' means that the token was taken.
local rate, burst, cost, reserve = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local freeze, name = tonumber(ARGV[5]), ARGV[6]
local time = redis.call('TIME')
local t = tonumber(time[1]) + tonumber(time[2]) / 1000000
local f = redis.call('HMGET', KEYS[1], 'level', 'at', 'frozen')
local frozen = tonumber(f[3] or '0')
local function exact(number) return string.format('%.6f', number) end
if freeze > 0 then
  frozen = math.max(frozen, t + freeze)
  redis.call('HSET', KEYS[1], 'level', '0', 'at', exact(t), 'frozen', exact(frozen))
  redis.call('EXPIRE', KEYS[1], math.ceil(freeze + burst / rate) + 60)
  return '0'
end
local level = tonumber(f[1] or ARGV[2])
level = math.min(burst, level + math.max(0, t - tonumber(f[2] or '0')) * rate)

local line, asked = KEYS[1] .. ':line', KEYS[1] .. ':asked'
local place, ahead = t, 0
if name then
  -- Whoever has not come back is not waited for.
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', asked, '-inf', exact(t), 'LIMIT', 0, 100)) do
    redis.call('ZREM', line, gone)
    redis.call('ZREM', asked, gone)
  end
  place = math.min(tonumber(redis.call('ZSCORE', line, name) or math.huge), t + tonumber(ARGV[7]))
  ahead = redis.call('ZCOUNT', line, '-inf', '(' .. exact(place))
  if place <= t then reserve = math.min(reserve, tonumber(ARGV[8])) end
elseif cost > 1 or (cost > 0 and reserve > 0) then
  -- Who takes several, or is less urgent than others, takes none that somebody waits for.
  ahead = redis.call('ZCARD', line)
end

-- Those before us find a token each, and the reserve is left.
local short = cost + reserve + ahead - level
local wait = 0
if frozen > t or short > 0 then
  wait = math.max(frozen - t, short / rate)
  if name then
    redis.call('ZADD', line, exact(place), name)
    redis.call('ZADD', asked, exact(t + math.min(wait, tonumber(ARGV[9])) + 5), name)
    redis.call('EXPIRE', line, 3600)
    redis.call('EXPIRE', asked, 3600)
  end
else
  redis.call('HSET', KEYS[1], 'level', exact(level - cost), 'at', exact(t))
  redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 60)
  if name then
    redis.call('ZREM', line, name)
    redis.call('ZREM', asked, name)
  end
end
return exact(wait)
