-- Whether some users may read a room, and as what. role.lua stands before it.
--
-- KEYS  1 room:{R}   2 room:{R}:members   3 room:{R}:barred   4 room:{R}:head
-- ARGV  1 "1" if a room that nobody made is public   2… user, escaped, and "1" for an admin, …
-- Returns {head, "1" if anyone may read all of it, name, answer, …}, an answer being {role, since or ""} or {"", why}

local kind = kind_of(ARGV[1])
local anyone = kind == 'public' and room.history ~= 'joined' and redis.call('EXISTS', KEYS[3]) == 0
local result = {redis.call('GET', KEYS[4]) or '0-0', anyone and '1' or '0', room.name or ''}
for i = 2, #ARGV, 2 do
  local role, more = role_of(kind, ARGV[i], ARGV[i + 1])
  -- From when on he may read: a visitor is new at every moment.
  local from = ''
  if role and role ~= 'admin' and room.history == 'joined' then from = more or result[1] end
  result[#result + 1] = role and {role, from} or {'', more}
end
return result
