-- Reads the old versions of a message's text. Runs after head.lua.
--
-- KEYS  1 not used   2 not used   3 the log   4 the bodies
-- ARGV  1 the id of the message
-- Returns the versions as amend.lua writes them, "" if there are none, or nil if the log has no such message

local entry = redis.call('XRANGE', KEYS[3], ARGV[1], ARGV[1])[1]
local message = entry and envelope_of(entry)
if not message or message.kind ~= 'message' then return false end
return redis.call('HGET', KEYS[4], string.format('%.0fv', message.seq)) or ''
