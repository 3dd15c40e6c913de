-- The append rule for creating, changing or deleting a room. Runs before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  14 create · change · delete
--       15 create: "<user> <role>" for each of the first members, with spaces between
--          else: the room must have one of these revisions, each with a space before and after; empty: any
--       16… field, value, …; an empty value removes the field. delete: the fields whose old values are returned
-- Returns nothing; defines check and apply. apply returns the old values as JSON, field → value. A value is empty if
--         the field was not set. A change returns only the fields that differ
--
-- The revision is the id of the event that created the room or last changed it.

local old = {}

-- Returns whether a value differs from the room's. Collects the old values of fields that differ; for a delete, of all.
local function differs()
  local fields = {}
  for i = 16, #ARGV, 2 do fields[#fields + 1] = ARGV[i] end
  if #fields == 0 then return false end
  local found = false
  for i, value in ipairs(redis.call('HMGET', KEYS[1], unpack(fields))) do
    if ARGV[14] == 'delete' or (value or '') ~= ARGV[15 + 2 * i] then
      old[fields[i]] = value or ''
      found = true
    end
  end
  return found
end

local function check(role, kind, head)
  if ARGV[14] == 'create' then
    -- If rooms are open, there may be messages in it already. Then only an admin can create it, with an owner.
    if room.kind or (head ~= '0-0' and ARGV[10] ~= '1') then return 'conflict', 'id: is taken, or was once' end
  elseif ARGV[15] ~= '' and not string.find(ARGV[15], ' ' .. (room.revision or '0-0') .. ' ', 1, true) then
    return 'changed', 'the room was changed since'
  elseif kind == 'direct' then
    return 'forbidden', 'a direct room is its two users\''
  elseif not differs() and ARGV[14] == 'change' then
    return 'same'
  end
end

local function apply(id)
  if ARGV[14] == 'delete' then
    redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[8])
    redis.call('HSET', KEYS[1], 'kind', 'deleted', 'revision', id)
    redis.call('XTRIM', KEYS[5], 'MAXLEN', 1)
    return cjson.encode(old)
  end
  if ARGV[14] == 'create' then
    local owners = 0
    for user, role in string.gmatch(ARGV[15], '(%S+) (%S+)') do
      redis.call('HSET', KEYS[2], user, role .. ' ' .. id)
      if role == 'owner' then owners = owners + 1 end
    end
    redis.call('HSET', KEYS[1], 'owners', owners)
  elseif not room.kind then
    redis.call('HSET', KEYS[1], 'kind', 'public') -- the room was open until now; from now on it has settings of its own
  end
  for i = 16, #ARGV, 2 do
    if ARGV[i + 1] == '' then
      redis.call('HDEL', KEYS[1], ARGV[i])
    else
      redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    end
  end
  redis.call('HSET', KEYS[1], 'revision', id)
  return cjson.encode(old)
end
