-- Reads a room's log from a position, inclusively, and all that is needed to tell whether the position is still valid.
-- It is one script, so that everything is read at one moment. Runs after head.lua and entries.lua.
--
-- KEYS  1 the room's hash   2 not used   3 the log   4 the bodies
-- ARGV  1 position   2 most entries after it   3 most bytes of JSON (at least one entry after it is returned, if any)
-- Returns {head or "0-0", id of the log's first entry or "", entry, …}; each entry is {id, envelope, body, the body of its
--         target or "", extras or ""}

local text, extras = unpack(redis.call('HMGET', KEYS[1], 'head', 'extras'))
local head = head_of(text)
local first = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', 1)
local result = {head.id, first[1] and first[1][1] or ''}
local found = redis.call('XRANGE', KEYS[3], ARGV[1], '+', 'COUNT', ARGV[2] + 1)
for _, entry in ipairs(read_entries(KEYS[4], found, tonumber(ARGV[3]), 1, extras)) do result[#result + 1] = entry end
return result
