-- Adds a room to the set of rooms that a user has made, unless they have made too many.
--
-- KEYS  1 user:{U}:made
-- ARGV  1 room   2 most rooms that the user may have made
-- Returns "new": the room was added · "known": it was in the set before · "full": it was not added

if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 'known' end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 'full' end
redis.call('SADD', KEYS[1], ARGV[1])
return 'new'
