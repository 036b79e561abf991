-- The open cases, or what has changed in them since a version, and those about to open, as of one moment.
-- KEYS: open cases, case numbers by version, the version, cases about to open by number.
-- ARGV: the version that is known, below 0 for none.
-- Returns {version, '1' when it is everything, about to open, number, row ('' when not open any more), number, row...}.
local since, version = tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[3]) or '0')
local oldest = tonumber(redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2] or '1')
local answer = {tostring(version), '', redis.call('ZRANGE', KEYS[4], 0, -1)}
-- A version that is not there yet is that of a server whose place this one has taken.
if since < oldest - 1 or since > version then
  answer[2] = '1'
  for _, part in ipairs(redis.call('HGETALL', KEYS[1])) do answer[#answer + 1] = part end
  return answer
end
for _, number in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. since, '+inf')) do
  answer[#answer + 1] = number
  answer[#answer + 1] = redis.call('HGET', KEYS[1], number) or ''
end
return answer
