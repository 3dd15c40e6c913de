-- Reads the secrets that sign guests' tokens. Creates the first secret, or the next one if an operator has removed the
-- current one. After a flush of Redis, restores the secrets that this pod knows.
--
-- KEYS  1 guests:secret
-- ARGV  1 the birth of the hash as this pod knows it, or ""   2 3 4 a new birth, version and secret, used if needed
--       5 the current version as this pod knows it, or ""   6… version and secret of each that this pod knows
-- Returns the hash: field, value, …
--
-- Fields: birth, a value made together with the hash · current, the version that signs · for each valid version, its
-- secret. If the birth is the one that the pod knows, the hash decides which versions are valid. Another birth means
-- that Redis lost the hash, so the versions that the pod knows are valid again.

local key = KEYS[1]
if redis.call('HGET', key, 'birth') ~= ARGV[1] then
  redis.call('HSETNX', key, 'birth', ARGV[2])
  for i = 6, #ARGV, 2 do
    redis.call('HSETNX', key, ARGV[i], ARGV[i + 1])
  end
  if ARGV[5] ~= '' then
    redis.call('HSETNX', key, 'current', ARGV[5])
  end
end
local current = redis.call('HGET', key, 'current')
if not current or redis.call('HEXISTS', key, current) == 0 then
  redis.call('HSET', key, 'current', ARGV[3], ARGV[3], ARGV[4])
end
return redis.call('HGETALL', key)
