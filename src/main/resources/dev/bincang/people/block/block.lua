-- Adds a user to the set of users that another user has blocked, unless they have blocked too many.
--
-- KEYS  1 user:{U}:blocks
-- ARGV  1 the blocked user, escaped   2 most users that one may block
--       3 milliseconds to keep the set from now on, or 0: for good
-- Returns "new": the user was added · "known": they were in the set before · "full": they were not added

local key = KEYS[1]
if redis.call('SISMEMBER', key, ARGV[1]) == 1 then return 'known' end
if redis.call('SCARD', key) >= tonumber(ARGV[2]) then return 'full' end
redis.call('SADD', key, ARGV[1])
if ARGV[3] ~= '0' then redis.call('PEXPIRE', key, ARGV[3]) end
return 'new'
