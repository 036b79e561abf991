-- What is known of messages that carry an entry's key. ARGV: cid, entry, name under which its copies are linked ('' for none).
-- Returns {1 when the entry is not done, 1 when there are linked copies or all stays that stands there, root cards, of
-- cases and what is left of them...}. What a look shows is not asked for: one that comes late shows less than there is.
local cid, entry, source = ARGV[1], ARGV[2], ARGV[3]
local answer = {redis.call('HEXISTS', key('status', cid), entry), redis.call('HEXISTS', key('copies', cid), source)}
for _, root in ipairs(redis.call('SMEMBERS', standing_of(cid))) do
  if root == EVERYTHING then answer[2] = 1 else answer[#answer + 1] = root end
end
for _, root in ipairs(redis.call('HVALS', key('roots', cid))) do answer[#answer + 1] = root end
return answer
