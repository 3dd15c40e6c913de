-- Publishes a signal, if the user may. It writes nothing. Runs after role.lua and posting.lua.
--
-- KEYS  1 the room's hash (also its channel)   2 its members
-- ARGV  1 the user who sends it, escaped   2 "1" if they are an admin
--       3 the roles that may send it, each with a space before and after   4 "1" if a room that nobody made is public
--       5 the signal's key   6 the frame   7 the most members that the room may have
-- Returns {"ok"}
--         {"large"}: the room has more members, so nothing was published
--         {"refused", code, reason, milliseconds to wait or ""}

local role, why = role_of(2, kind_of(ARGV[4]), ARGV[1], ARGV[2])
if not role then return {'refused', why, '', ''} end
if not string.find(ARGV[3], ' ' .. role .. ' ', 1, true) then return {'refused', 'forbidden', '', ''} end
local code, reason, wait = may_not_post(role)
if code then return {'refused', code, reason or '', wait or ''} end
if tonumber(room.members or 0) > tonumber(ARGV[7]) then return {'large'} end

redis.call(publish, KEYS[1], '~' .. ARGV[5] .. ' ' .. ARGV[6])
return {'ok'}
