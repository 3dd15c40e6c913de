-- Reads a room's invitation links that have not ended. Runs after role.lua and links.lua.
--
-- KEYS  those of links.lua
-- ARGV  1 the user, escaped   2 "1" if they are an admin   3 the roles that may, each with a space before and after
--       4 "1" if a room that nobody made is public
-- Returns {"ok", link, …}, each {id, who made it, the time at which it ends, uses left or "-", "1" if it admits users now else
--         "0"}; or {"refused", code, reason}

local role, refused = role_to_manage(ARGV[1], ARGV[2], ARGV[3], ARGV[4])
if refused then return refused end

local result = {'ok'}
local all = redis.call('HGETALL', LINKS)
for i = 1, #all, 2 do
  local link = all[i] ~= '' and link_of(all[i + 1])
  if link and link.ends > now then
    result[#result + 1] = {link.id, link.by, string.format('%.0f', link.ends), link.left,
      may_invite(link, ARGV[3]) and '1' or '0'}
  end
end
return result
