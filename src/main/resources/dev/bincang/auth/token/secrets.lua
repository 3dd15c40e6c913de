-- Reads the secrets of guests' tokens. Makes the first one, or the next where an operator has taken `current` away, and
-- puts back what a flush of Redis took.
--
-- KEYS  1 guests:secret
-- ARGV  1 the birth of the hash as this pod knows it, or ""   2 a birth, a version and a secret to be used where they are
--       needed (2 3 4)   5 the current version as this pod knows it, or ""   6… version and secret of each that it knows
-- Returns the hash: field, value, …
--
-- Fields: birth, made with the hash · current, the version that signs · one for each version that counts: its secret.
-- While the birth is what the pod knows, the hash decides which versions count. Another birth means that Redis lost the hash,
-- so what the pod knows counts again.

local key = KEYS[1]
if redis.call('TYPE', key).ok == 'string' then -- as version 1.0.0 kept it
  local secret = redis.call('GET', key)
  redis.call('DEL', key)
  redis.call('HSET', key, 'birth', ARGV[2], 'current', '0', '0', secret)
end
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
