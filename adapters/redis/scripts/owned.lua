-- Whether an entry, or one of the messages that carry its key, is still known. ARGV: cid, entry, keys of the messages.
-- Returns {1 when the entry waits, one of the messages is a copy of something, or all stays that stands there | 0,
-- root cards, of cases and what is left of them...}.
local cid, entry = ARGV[1], ARGV[2]
local answer = {redis.call('HEXISTS', key('status', cid), entry)}
for _, root in ipairs(redis.call('SMEMBERS', standing_of(cid))) do
  if root == EVERYTHING then answer[1] = 1 else answer[#answer + 1] = root end
end
for i = 3, #ARGV do
  if redis.call('HEXISTS', key('origins', cid), ARGV[i]) == 1 then answer[1] = 1 end
end
for _, root in ipairs(redis.call('HVALS', key('roots', cid))) do answer[#answer + 1] = root end
return answer
