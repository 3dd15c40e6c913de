-- Finds the newest of some ids that the log still has. There the pod's history and the history in Redis part.
--
-- KEYS  1 room:{R}:head   2 room:{R}:log
-- ARGV  ids, newest first
-- Returns the id, or "0-0" if the log has none of them

local head = redis.call('GET', KEYS[1])
for _, id in ipairs(ARGV) do
  if id == head or #redis.call('XRANGE', KEYS[2], id, id) == 1 then return id end
end
return '0-0'
