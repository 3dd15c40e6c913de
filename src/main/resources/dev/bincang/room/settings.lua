-- The append rule for creating, changing or deleting a room. Runs before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  20 create · change · delete
--       21 create: "<user> <role>" for each of the first members, with spaces between
--          else: the room must have one of these revisions, each with a space before and after; empty: any
--       22… field, value, …; an empty value removes the field. delete: the fields whose old values are returned
-- Returns nothing; defines check and apply. apply returns the old values as JSON, field → value. A value is empty if
--         the field was not set. A change returns only the fields that differ
--
-- The revision is the id of the event that created the room or last changed it.

local old = {}

-- Returns whether a value differs from the room's. Collects the old values of fields that differ; for a delete, of all.
local function differs()
  local fields = {}
  for i = 22, #ARGV, 2 do fields[#fields + 1] = ARGV[i] end
  if #fields == 0 then return false end
  local found = false
  for i, value in ipairs(redis.call('HMGET', KEYS[1], unpack(fields))) do
    if ARGV[20] == 'delete' or (value or '') ~= ARGV[21 + 2 * i] then
      old[fields[i]] = value or ''
      found = true
    end
  end
  return found
end

local function check(role, kind, head)
  if ARGV[20] == 'create' then
    -- If rooms are open, there may be messages in it already. Then only an admin can create it, with an owner.
    if room.kind or (head.id ~= '0-0' and ARGV[15] ~= '1') then return 'conflict', 'id: is taken, or was once' end
    for user in string.gmatch(head.id ~= '0-0' and ARGV[21] or '', '(%S+) member') do
      if state_of(2, user).banned > now then return 'conflict', 'members: one is banned from this room' end
    end
  elseif ARGV[21] ~= '' and not string.find(ARGV[21], ' ' .. (room.revision or '0-0') .. ' ', 1, true) then
    return 'changed', 'the room was changed since'
  elseif kind == 'direct' then
    return 'forbidden', 'a direct room is its two users\''
  elseif not differs() and ARGV[20] == 'change' then
    return 'same'
  end
end

local function apply(id, head)
  if ARGV[20] == 'delete' then
    redis.call('HSET', KEYS[1], 'kind', 'deleted', 'revision', id)
    for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
      if field ~= 'kind' and field ~= 'revision' and field ~= 'due' and field ~= 'versions' then
        redis.call('HDEL', KEYS[1], field)
      end
    end
    room.soon = true -- sweep.lua removes the rest in steps, and needs the field versions for that
    return cjson.encode(old)
  end
  if ARGV[20] == 'create' then
    local owners, members = 0, 0
    for user, role in string.gmatch(ARGV[21], '(%S+) (%S+)') do
      local state = state_of(2, user) -- in an open room they may have one
      members = members + (state.role and 0 or 1)
      owners = owners + (role == 'owner' and 1 or 0) - (state.role == 'owner' and 1 or 0)
      state.role, state.since = role, id
      redis.call('HSET', KEYS[2], user, state_text(state))
      set_mark(KEYS[9], user, id, head.n)
    end
    redis.call('HINCRBY', KEYS[1], 'owners', owners)
    redis.call('HINCRBY', KEYS[1], 'members', members)
  elseif not room.kind then
    redis.call('HSET', KEYS[1], 'kind', 'public') -- the room was open until now; from now on it has settings of its own
  end
  for i = 22, #ARGV, 2 do
    if ARGV[i + 1] == '' then
      redis.call('HDEL', KEYS[1], ARGV[i])
    else
      redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    end
  end
  redis.call('HSET', KEYS[1], 'revision', id)
  room.soon = true -- it may keep less now
  return cjson.encode(old)
end
