-- Reads rooms as one user sees them, any number of rooms in one call. Runs after role.lua, head.lua and entries.lua.
--
-- KEYS  four for each room: its hash   members   log   bodies
-- ARGV  1 the user, escaped   2 "1" if they are an admin   3 "1" to read the newest event   4 number of fields
--       5… the fields, then for each room "1" if it is public although nobody made it
-- Returns a list with one item for each room: {role, id of the event after which the user may read or "" for all,
--         "1" if they are a member else "", head, number of members, revision, {value of each field}, event or {}},
--         or {"", code} if they may not read the room. The event is the newest one, as {id, envelope, body, the body of
--         its target or "", extras or ""}

local fields = {}
for i = 1, ARGV[4] do fields[i] = ARGV[4 + i] end

local result = {}
for i = 1, #KEYS / 4 do
  local at = i * 4 - 3
  if i > 1 then look(at) end
  local kind = kind_of(ARGV[4 + #fields + i])
  local role, more = role_of(at + 1, kind, ARGV[1], ARGV[2])
  if not role then
    result[i] = {'', more}
  else
    local head = room.head and string.match(room.head, '^%S+') or '0-0'
    local from = ''
    if role ~= 'admin' and room.history == 'joined' then from = more or head end
    local newest = {}
    if ARGV[3] == '1' then
      local found = redis.call('XREVRANGE', KEYS[at + 2], '+', '-', 'COUNT', 1)
      newest = read_entries(KEYS[at + 3], found, math.huge, 0, room.extras)[1] or {}
    end
    result[i] = {role, from, me.role and '1' or '', head, tonumber(room.members or 0), room.revision or '0-0',
      redis.call('HMGET', KEYS[at], unpack(fields)), newest}
  end
end
return result
