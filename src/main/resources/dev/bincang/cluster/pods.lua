-- One pod says that it is there, by Redis' clock, and learns how many there are and what they carry together.
--
-- KEYS  1 pods
-- ARGV  1 pod   2 milliseconds its lease lasts, 0 to give it up   3 connections it has, - while it is ending
--       4 milliseconds a lease lasts at most: one that ends later is from before Redis' clock was set back
-- Returns the number of pods that carry connections, the sum of these, and the number of pods that are ending

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s', now + ARGV[2], ARGV[3]))
local pods, connections, ending = 0, 0, 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local ends, has = string.match(all[i + 1], '^(%d+) (.+)$')
  if tonumber(ends) > now + ARGV[4] then
    redis.call('HSET', KEYS[1], all[i], string.format('%.0f %s', now + ARGV[4], has))
  end
  if tonumber(ends) <= now then
    redis.call('HDEL', KEYS[1], all[i])
  elseif has == '-' then
    ending = ending + 1
  else
    pods = pods + 1
    connections = connections + has
  end
end
return {pods, connections, ending}
