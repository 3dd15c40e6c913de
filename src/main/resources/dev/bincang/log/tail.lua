-- Reads the newest entries of a room's log. They are in the log's order, oldest first. Runs after head.lua and entries.lua.
--
-- KEYS  1 the room's hash   2 not used   3 the log   4 the bodies
-- ARGV  1 most entries, at least 1   2 most bytes of JSON (at least one entry is returned, if any)
-- Returns {entry, …}; each entry is {id, envelope, body, the body of its target or "", extras or ""}

local extras = redis.call('HGET', KEYS[1], 'extras')
local found = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', ARGV[1])
local page = read_entries(KEYS[4], found, tonumber(ARGV[2]), 0, extras)
local result = {}
for i = #page, 1, -1 do result[#result + 1] = page[i] end
return result
