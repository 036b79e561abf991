-- What was counted in this shard in some hours. ARGV: hours since 1970.
-- Returns {sums of all counters (JSON), by hour how often facts of each kind were counted (JSON)}.
local total, by_hour = {}, {}
for _, hour in ipairs(ARGV) do
  local flat = redis.call('HGETALL', base .. 'counts:' .. hour)
  local kinds = {}
  for i = 1, #flat, 2 do
    local name, n = flat[i], tonumber(flat[i + 1])
    total[name] = (total[name] or 0) + n
    if not string.find(name, '[/~]') then kinds[name] = n end
  end
  if #flat > 0 then by_hour[hour] = kinds end
end
return {cjson.encode(total), cjson.encode(by_hour)}
