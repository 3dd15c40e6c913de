-- Reads rooms as one user sees them, any number of rooms in one call. Runs after role.lua.
--
-- KEYS  six for each room: room:{R}   room:{R}:members   room:{R}:barred   room:{R}:head   room:{R}:log
--       room:{R}:amended
-- ARGV  1 the user, escaped   2 "1" if they are an admin   3 "1" to read the newest event   4 number of fields
--       5… the fields, then for each room "1" if it is public although nobody made it
-- Returns a list with one item for each room: {role, id of the event after which the user may read or "" for all,
--         "1" if they are a member else "", head, number of members, revision, {value of each field}, event or {}},
--         or {"", code} if they may not read the room. The event is the newest one, as {id, prev, kind, about, json,
--         its amendment or ""}

local fields = {}
for i = 1, ARGV[4] do fields[i] = ARGV[4 + i] end

local result = {}
for n = 1, #KEYS / 6 do
  local at = n * 6 - 5
  if n > 1 then look(at) end
  local kind = kind_of(ARGV[4 + #fields + n])
  local role, more = role_of(kind, ARGV[1], ARGV[2])
  if not role then
    result[n] = {'', more}
  else
    local head = redis.call('GET', KEYS[at + 3]) or '0-0'
    local from = ''
    if role ~= 'admin' and room.history == 'joined' then from = more or head end
    local newest = {}
    local found = ARGV[3] == '1' and redis.call('XREVRANGE', KEYS[at + 4], '+', '-', 'COUNT', 1)[1]
    if found then
      local f = found[2]
      newest = {found[1], f[2], f[4], f[6], f[10], redis.call('HGET', KEYS[at + 5], found[1]) or ''}
    end
    result[n] = {role, from, member and '1' or '', head, redis.call('HLEN', KEYS[at + 1]), room.revision or '0-0',
      redis.call('HMGET', KEYS[at], unpack(fields)), newest}
  end
end
return result
