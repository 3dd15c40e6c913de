-- Revokes all tokens issued to a user so far, bans the user everywhere or ends that ban, and tells all pods.
--
-- KEYS  1 users:barred (also the channel)
-- ARGV  1 revoke · ban · unban   2 the user, escaped   3 ban: its end, in milliseconds since 1970
-- Returns "1" if that changed something; "0" if there was no ban to end
--
-- The value of a user is "<tokens issued up to this time are void> <banned until>", both in milliseconds since 1970.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local void, banned = string.match(redis.call('HGET', KEYS[1], ARGV[2]) or '0 0', '^(%d+) (%d+)$')
if ARGV[1] == 'unban' then
  if tonumber(banned) <= now then return '0' end
  banned = '0'
elseif ARGV[1] == 'ban' then
  banned = ARGV[3]
else
  void = string.format('%.0f', now)
end
local value = void .. ' ' .. banned
redis.call('HSET', KEYS[1], ARGV[2], value)
redis.call(publish, KEYS[1], ARGV[2] .. ' ' .. value)
return '1'
