-- Stores a new invitation link, unless the room has too many. Removes links that have ended. Runs after role.lua and links.lua.
--
-- KEYS  those of links.lua
-- ARGV  1 the user, escaped   2 "1" if they are an admin   3 the roles that may, each with a space before and after
--       4 "1" if a room that nobody made is public   5 the digest of the secret   6 the link's id
--       7 milliseconds until it ends   8 how many times it may be used; "-": any number   9 most links of a room
-- Returns {"ok", the time at which it ends} or {"refused", code, reason}

local role, refused = role_to_manage(ARGV[1], ARGV[2], ARGV[3], ARGV[4])
if refused then return refused end

redis.call('HSET', LINKS, '', '') -- so the removal of the other fields never removes the key, which is used again below
local all, ended, count = redis.call('HGETALL', LINKS), {}, 0
for i = 1, #all, 2 do
  if all[i] ~= '' then
    if link_of(all[i + 1]).ends > now then count = count + 1 else ended[#ended + 1] = all[i] end
  end
end
if #ended > 0 then redis.call('HDEL', LINKS, unpack(ended)) end
if count >= tonumber(ARGV[9]) then return {'refused', 'limit_reached', 'the room has reached its limit of invitation links'} end

local link = { id = ARGV[6], by = ARGV[1], role = role == 'admin' and role or '-', ends = now + ARGV[7], left = ARGV[8] }
redis.call('HSET', LINKS, ARGV[5], link_text(link))
if redis.call('PTTL', LINKS) < tonumber(ARGV[7]) then redis.call('PEXPIRE', LINKS, ARGV[7]) end
return {'ok', string.format('%.0f', link.ends)}
