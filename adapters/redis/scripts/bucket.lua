-- A token bucket. KEYS[1]: the bucket. ARGV: tokens a second, burst, cost (below 0 gives back), reserve that
-- must be left for more urgent calls, seconds to freeze (0 for none).
-- Returns the seconds to wait; '0' means that the token was taken.
local rate, burst, cost, reserve = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local freeze = tonumber(ARGV[5])
local time = redis.call('TIME')
local t = tonumber(time[1]) + tonumber(time[2]) / 1000000
local f = redis.call('HMGET', KEYS[1], 'level', 'at', 'frozen')
local frozen = tonumber(f[3] or '0')
if freeze > 0 then
  frozen = math.max(frozen, t + freeze)
  redis.call('HSET', KEYS[1], 'level', '0', 'at', string.format('%.6f', t), 'frozen', string.format('%.6f', frozen))
  redis.call('EXPIRE', KEYS[1], math.ceil(freeze + burst / rate) + 60)
  return '0'
end
local level = tonumber(f[1] or ARGV[2])
level = math.min(burst, level + math.max(0, t - tonumber(f[2] or '0')) * rate)
local wait = 0
if frozen > t then
  wait = frozen - t
elseif level - reserve < cost then
  wait = (cost + reserve - level) / rate
else
  redis.call('HSET', KEYS[1], 'level', string.format('%.6f', level - cost), 'at', string.format('%.6f', t))
  redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 60)
end
return string.format('%.6f', wait)
