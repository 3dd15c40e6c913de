-- Reads a page of a room's log, backwards from an event or from the end. The page is in the log's order, oldest first.
-- Runs after head.lua and entries.lua.
--
-- KEYS  1 the room's hash   2 not used   3 the log   4 the bodies
-- ARGV  1 the id that the page ends before; empty: the page ends with the newest entry   2 most entries
--       3 most bytes of JSON (at least one entry is returned, if any)
-- Returns {"1" if that id is in the log or none was given else "0", "1" if there are older entries else "0", entry, …};
--         each entry is {id, envelope, body, the body of its target or "", extras or ""}

local extras = redis.call('HGET', KEYS[1], 'extras')
local from = ARGV[1] == '' and '+' or ARGV[1]
local found = redis.call('XREVRANGE', KEYS[3], from, '-', 'COUNT', ARGV[2] + 2)
local known = ARGV[1] == ''
if found[1] and found[1][1] == ARGV[1] then
  known = true
  table.remove(found, 1)
end

local more = #found > tonumber(ARGV[2])
while #found > tonumber(ARGV[2]) do table.remove(found) end
local page = read_entries(KEYS[4], found, tonumber(ARGV[3]), 0, extras)
local result = {known and '1' or '0', (more or #page < #found) and '1' or '0'}
for i = #page, 1, -1 do result[#result + 1] = page[i] end
return result
