-- A look for twins is over. ARGV: record, next record ('' for none), seconds until then, cid,
-- relinks (JSON list of {copies field ('' for none), lost ref, lost key, kept ref, kept key, lost key as it was before
-- keys were shortened}).
redis.call('ZREM', base .. 'twins', ARGV[1])
if ARGV[2] ~= '' then redis.call('ZADD', base .. 'twins', exact(now() + tonumber(ARGV[3])), ARGV[2]) end
local cid = ARGV[4]
for _, r in ipairs(cjson.decode(ARGV[5])) do
  if r[1] ~= '' then
    local raw = redis.call('HGET', key('copies', cid), r[1])
    local list = raw and cjson.decode(raw) or {}
    local changed = false
    for i, ref in ipairs(list) do
      if ref == r[2] then
        list[i] = r[4]
        changed = true
      end
    end
    if changed then redis.call('HSET', key('copies', cid), r[1], cjson.encode(list)) end
  end
  local origin = redis.call('HGET', key('origins', cid), r[3]) or redis.call('HGET', key('origins', cid), r[6])
  if origin then redis.call('HSET', key('origins', cid), r[5], origin) end
end
return 1
