-- Checks for some users whether they may read a room, and in which role. Runs after role.lua.
--
-- KEYS  1 room:{R}   2 room:{R}:members   3 room:{R}:barred   4 room:{R}:head
-- ARGV  1 "1" if a room that nobody made is public   2 3 a user, escaped, and "1" for an admin   4 5 … the next
-- Returns {head, "1" if anyone may read the whole room else "0", name or "", answer, …}, one answer for each user:
--         {role, id of the event after which they may read or "" for all} or {"", code of the refusal}

local kind = kind_of(ARGV[1])
local anyone = kind == 'public' and room.history ~= 'joined' and redis.call('EXISTS', KEYS[3]) == 0
local result = {redis.call('GET', KEYS[4]) or '0-0', anyone and '1' or '0', room.name or ''}
for i = 2, #ARGV, 2 do
  local role, more = role_of(kind, ARGV[i], ARGV[i + 1])
  -- Where newcomers do not see earlier events, a visitor is a newcomer every time: they may read from the head on.
  local from = ''
  if role and role ~= 'admin' and room.history == 'joined' then from = more or result[1] end
  result[#result + 1] = role and {role, from} or {'', more}
end
return result
