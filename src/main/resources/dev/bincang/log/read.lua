-- Reads a room's log from a position, inclusively, and all that is needed to tell whether the position is still valid.
-- It is one script, so that everything is read at one moment.
--
-- KEYS  1 room:{R}:head   2 room:{R}:log
-- ARGV  1 position   2 most entries after it   3 most bytes of JSON (at least one entry after it is returned, if any)
-- Returns {head or "0-0", id of the log's first entry or "", entry, …}; each entry is {id, prev, kind, about, json}

local head = redis.call('GET', KEYS[1])
if not head then
  head = '0-0'
  if redis.call('EXISTS', KEYS[2]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[2])
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' then head = info[i + 1] end
    end
  end
end

local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
local result = {head, first[1] and first[1][1] or ''}
local bytes = 0
for i, entry in ipairs(redis.call('XRANGE', KEYS[2], ARGV[1], '+', 'COUNT', ARGV[2] + 1)) do
  local f = entry[2]
  bytes = bytes + #f[10]
  if i > 2 and bytes > tonumber(ARGV[3]) then break end
  result[#result + 1] = {entry[1], f[2], f[4], f[6], f[10]}
end
return result
