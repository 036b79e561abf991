-- A conversation was forgotten: what was decided in it until then and comes only now, from a process that stood still,
-- is not kept. KEYS[1]: the sequence until which nothing is. ARGV: sequence, seconds for which that is known.
local known = tonumber(redis.call('GET', KEYS[1]) or '0')
redis.call('SET', KEYS[1], math.max(known, tonumber(ARGV[1])), 'EX', ARGV[2])
return 1
