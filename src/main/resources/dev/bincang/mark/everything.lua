-- Marks rooms as read, any number of them in one call. Runs after role.lua, head.lua and mark.lua.
--
-- KEYS  three for each room: its hash   members   marks
-- ARGV  1 the user, escaped   2 "1" if they are an admin   3… for each room "1" if it is public although nobody made it
-- Returns the number of rooms in which the user's mark is the newest event now; they are a member of these

local read = 0
for i = 1, #KEYS / 3 do
  local at = i * 3 - 2
  if i > 1 then look(at) end
  if role_of(at + 1, kind_of(ARGV[2 + i]), ARGV[1], ARGV[2]) and me.role and room.head then
    local head = head_of(room.head)
    set_mark(KEYS[at + 2], ARGV[1], head.id, head.n)
    read = read + 1
  end
end
return read
