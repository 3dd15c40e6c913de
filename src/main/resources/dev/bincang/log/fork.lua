-- Finds the newest of some ids that the log still has. Up to it, the pod's history and that of Redis are the same.
--
-- KEYS  1 the room's hash   2 not used   3 the log
-- ARGV  ids, newest first
-- Returns the id, or "0-0" if the log has none of them

local head = string.match(redis.call('HGET', KEYS[1], 'head') or '', '^%S+')
for _, id in ipairs(ARGV) do
  if id == head or #redis.call('XRANGE', KEYS[3], id, id) == 1 then return id end
end
return '0-0'
