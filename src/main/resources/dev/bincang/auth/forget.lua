-- Removes users who are no longer barred, except those whose value has changed since the pod read it.
--
-- KEYS  1 users:barred
-- ARGV  1 2 a user, escaped, and their value as the pod knows it   3 4 … the next
-- Returns the number of users removed

local forgotten = 0
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then
    forgotten = forgotten + redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
return forgotten
