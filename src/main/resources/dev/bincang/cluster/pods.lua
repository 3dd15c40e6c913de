-- Renews or ends a pod's lease, by Redis' clock. Counts the pods and the connections that they carry together.
--
-- KEYS  1 pods
-- ARGV  1 pod   2 milliseconds that its lease lasts, 0 to end it   3 its number of connections, "-" while it is ending
--       4 most milliseconds that a lease may last; a longer one is from before Redis' clock was set back, and is cut
-- Returns {number of pods that are not ending, sum of their connections, number of pods that are ending}

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
