-- An index row is done with: forget it, unless a newer one took its place. ARGV: field, sequence.
local raw = redis.call('HGET', base .. 'index', ARGV[1])
if raw and cjson.decode(raw)[2] == ARGV[2] then redis.call('HDEL', base .. 'index', ARGV[1]) end
return 1
