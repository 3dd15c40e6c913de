-- Reads rooms as one user sees them, any number of rooms in one call. Runs after role.lua, head.lua, entries.lua and
-- mark.lua.
--
-- KEYS  four for each room: its hash   members   log   bodies; with ARGV[3] two more: index   marks
-- ARGV  1 the user, escaped   2 "1" if they are an admin   3 "1" to read the last message and what is unread
--       4 number of fields   5… the fields, then for each room "1" if it is public although nobody made it
-- Returns a list with one item for each room: {role, id of the event after which the user may read or "" for all,
--         "1" if they are a member else "", head, number of members, revision, {value of each field}, event or {}, mark or
--         {}}, or {"", code} if they may not read the room. The event is the last message in the main view, as {id,
--         envelope, body, the body of its target or "", extras or ""}. The mark is {id, unread, mentions}

local fields = {}
for i = 1, ARGV[4] do fields[i] = ARGV[4 + i] end
local width = ARGV[3] == '1' and 6 or 4

local function last_entry(log, bodies, head)
  local seq = last_message(log, head)
  local text = seq and string.format('%.0f', seq)
  local found = text and redis.call('XRANGE', log, text, text, 'COUNT', 1) or {}
  return read_entries(bodies, found, math.huge, 0, room.extras)[1] or {}
end

local result = {}
for i = 1, #KEYS / width do
  local at = i * width - width + 1
  if i > 1 then look(at) end
  local kind = kind_of(ARGV[4 + #fields + i])
  local role, more = role_of(at + 1, kind, ARGV[1], ARGV[2])
  if not role then
    result[i] = {'', more}
  else
    local id = room.head and string.match(room.head, '^%S+') or '0-0'
    local from = ''
    if role ~= 'admin' and room.history == 'joined' then from = more or id end
    local last, unread = {}, {}
    if width == 6 and me.role and room.head then
      local head = head_of(room.head)
      local mark = mark_of(KEYS[at + 5], KEYS[at + 2], ARGV[1], me.since, head)
      last = last_entry(KEYS[at + 2], KEYS[at + 3], head)
      unread = {mark.id, unread_of(KEYS[at + 4], mark, head), mentions_of(KEYS[at + 4], ARGV[1], mark, head)}
    end
    result[i] = {role, from, me.role and '1' or '', id, tonumber(room.members or 0), room.revision or '0-0',
      redis.call('HMGET', KEYS[at], unpack(fields)), last, unread}
  end
end
return result
