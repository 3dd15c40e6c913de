-- Reads a page of a room's log, backwards from an event or from the end. The page is in the log's order, oldest first.
--
-- KEYS  1 room:{R}:log   2 room:{R}:amended
-- ARGV  1 the id that the page ends before; empty: the page ends with the newest entry   2 most entries
--       3 most bytes of JSON (at least one entry is returned, if any)
-- Returns {"1" if that id is in the log or none was given else "0", "1" if there are older entries else "0", entry, …};
--         each entry is {id, prev, kind, about, json, its amendment or ""}

local from = ARGV[1] == '' and '+' or ARGV[1]
local found = redis.call('XREVRANGE', KEYS[1], from, '-', 'COUNT', ARGV[2] + 2)
local known = ARGV[1] == '' and 1 or 0
if found[1] and found[1][1] == ARGV[1] then
  known = 1
  table.remove(found, 1)
end

local page = {}
local bytes = 0
for i, entry in ipairs(found) do
  local f = entry[2]
  bytes = bytes + #f[10]
  if i > tonumber(ARGV[2]) or (i > 1 and bytes > tonumber(ARGV[3])) then break end
  table.insert(page, 1, {entry[1], f[2], f[4], f[6], f[10]})
end
local more = #found > #page
if #page > 0 then
  local ids = {}
  for i, entry in ipairs(page) do ids[i] = entry[1] end
  for i, amended in ipairs(redis.call('HMGET', KEYS[2], unpack(ids))) do page[i][6] = amended or '' end
end
table.insert(page, 1, more and '1' or '0')
table.insert(page, 1, known == 1 and '1' or '0')
return page
