-- Reads how far the members of a room have read, as others may see it. Runs after role.lua, head.lua and mark.lua.
--
-- KEYS  1 the room's hash   2 members   3 log   4 marks
-- ARGV  1 the user, escaped   2 "1" if they are an admin   3 "1" if a room that nobody made is public
--       4 most members that the room may have   5 the roles that may see it, each with a space before and after
-- Returns {"ok", user, id, n, …} with three items for each member, or {"refused", code, reason}

local role, why = role_of(2, kind_of(ARGV[3]), ARGV[1], ARGV[2])
if not role then return {'refused', why, ''} end
if not string.find(ARGV[5], ' ' .. role .. ' ', 1, true) then return {'refused', 'forbidden', ''} end
if tonumber(room.members or 0) > tonumber(ARGV[4]) then
  return {'refused', 'forbidden', 'the room is large: nobody sees how far others have read'}
end

local head = head_of(room.head)
local result = {'ok'}
for _, who in ipairs(redis.call('HKEYS', KEYS[4])) do
  local state = who ~= '' and state_of(2, who)
  if state and state.role then
    local _, receipt = mark_of(KEYS[4], KEYS[3], who, state.since, head)
    result[#result + 1] = who
    result[#result + 1] = receipt.id
    result[#result + 1] = receipt.n
  end
end
return result
