-- Reads some messages of a room's log. Runs after head.lua and entries.lua.
--
-- KEYS  1 the room's hash   2 not used   3 the log   4 the bodies
-- ARGV  1 most bytes of JSON (at least one message is returned, if any)   2 … their ids, in the log's order
-- Returns {"1" if messages are left out because of the bytes else "0", entry, …}, without ids that the log does not have
--         and without events of other kinds; each entry is {id, envelope, body, "", extras or ""}

local found = {}
for i = 2, #ARGV do
  local entry = redis.call('XRANGE', KEYS[3], ARGV[i], ARGV[i])[1]
  if entry and envelope_of(entry).kind == 'message' then found[#found + 1] = entry end
end
local page = read_entries(KEYS[4], found, tonumber(ARGV[1]), 0, redis.call('HGET', KEYS[1], 'extras'))
return {#page < #found and '1' or '0', unpack(page)}
