-- Trims one log by age and by size, and drops the amendments of messages that are no longer in it. Runs after trim.lua.
--
-- KEYS  1 room:{R}:log   2 room:{R}:amended   3 room:{R}
-- ARGV  1 milliseconds to keep an entry, if the room sets no other   2 bytes that the log and the amendments may take
-- Returns the number of entries removed
--
-- Ids are not times, so the script reads the time of the oldest entries, in batches. It removes a whole batch only if
-- even its last entry is too old. The head stays in its own key, so no seq is used twice.

local now = redis.call('TIME')
local oldest = now[1] * 1000 - (redis.call('HGET', KEYS[3], 'keepMs') or ARGV[1])
local removed = 0
while true do
  local batch = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 100)
  if #batch == 0 then break end
  local keep = nil
  for _, entry in ipairs(batch) do
    if tonumber(entry[2][8]) >= oldest then keep = entry[1]; break end
  end
  if keep then
    if keep ~= batch[1][1] then removed = removed + redis.call('XTRIM', KEYS[1], 'MINID', keep) end
    break
  end
  removed = removed + redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f-0', string.match(batch[#batch][1], '^%d+') + 1))
end

removed = removed + trim_to_size(KEYS[1], KEYS[2], tonumber(ARGV[2]))
forget_amended(KEYS[1], KEYS[2])
return removed
