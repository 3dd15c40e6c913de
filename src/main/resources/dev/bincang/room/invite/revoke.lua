-- Removes an invitation link. Runs after role.lua and links.lua.
--
-- KEYS  those of links.lua
-- ARGV  1 the user, escaped   2 "1" if they are an admin   3 the roles that may, each with a space before and after
--       4 "1" if a room that nobody made is public   5 the link's id
-- Returns {"ok", who made it, the time at which it would have ended, uses left or "-"} or {"refused", code, reason}

local role, refused = role_to_manage(ARGV[1], ARGV[2], ARGV[3], ARGV[4])
if refused then return refused end

local all = redis.call('HGETALL', LINKS)
for i = 1, #all, 2 do
  local link = all[i] ~= '' and link_of(all[i + 1])
  if link and link.id == ARGV[5] and link.ends > now then
    redis.call('HDEL', LINKS, all[i])
    return {'ok', link.by, string.format('%.0f', link.ends), link.left}
  end
end
return {'refused', 'not_found', 'id: the room has no such invitation link'}
