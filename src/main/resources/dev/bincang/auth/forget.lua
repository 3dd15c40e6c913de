-- Forgets users who are not barred any more, but for those who were barred anew meanwhile.
--
-- KEYS  1 users:barred
-- ARGV  1 user, escaped   2 what the pod knows of them   3 4 … of the next
-- Returns how many were forgotten

local forgotten = 0
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then
    forgotten = forgotten + redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
return forgotten
