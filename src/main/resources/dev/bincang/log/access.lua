-- Checks for some users whether they may read a room, and in which role. Runs after role.lua.
--
-- KEYS  1 the room's hash   2 its members
-- ARGV  1 "1" if a room that nobody made is public   2 3 a user, escaped, and "1" for an admin   4 5 … the next
-- Returns {head, "1" if anyone may read the whole room else "0", name or "", answer, …}, one answer for each user:
--         {role, id of the event after which they may read or "" for all} or {"", code of the refusal}

local kind = kind_of(ARGV[1])
local anyone = kind == 'public' and room.history ~= 'joined' and (room.barred or '0') == '0'
local head = room.head and string.match(room.head, '^%S+') or '0-0'
local result = {head, anyone and '1' or '0', room.name or ''}
for i = 2, #ARGV, 2 do
  local role, more = role_of(2, kind, ARGV[i], ARGV[i + 1])
  -- Where newcomers do not see earlier events, a visitor is a newcomer every time: they may read from the head on.
  local from = ''
  if role and role ~= 'admin' and room.history == 'joined' then from = more or head end
  result[#result + 1] = role and {role, from} or {'', more}
end
return result
