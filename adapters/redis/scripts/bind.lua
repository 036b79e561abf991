-- Bind a thread to a conversation. ARGV: thread, cid ('' only reads). Returns {cid or '', parked...}; {''} when
-- the conversation was forgotten.
local thread, cid = ARGV[1], ARGV[2]
if cid ~= '' then
  if not tie(thread, cid) then return {''} end
else
  cid = redis.call('HGET', base .. 'bindings', thread) or ''
end
local answer = {cid}
for _, raw in ipairs(redis.call('LRANGE', key('parked', thread), 0, -1)) do answer[#answer + 1] = raw end
return answer
