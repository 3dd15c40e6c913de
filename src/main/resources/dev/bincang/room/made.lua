-- Counts a room among those that a user has made, unless they have made too many.
--
-- KEYS  1 user:{U}:made
-- ARGV  1 room   2 how many there may be
-- Returns "new" · "known": it was counted before · "full": it is not counted

if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 'known' end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 'full' end
redis.call('SADD', KEYS[1], ARGV[1])
return 'new'
