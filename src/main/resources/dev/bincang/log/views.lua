-- Reads what rooms are to one user, any number of rooms in one call. role.lua stands before it.
--
-- KEYS  of each room six: room:{R}   room:{R}:members   room:{R}:barred   room:{R}:head   room:{R}:log   room:{R}:amended
-- ARGV  1 the user, escaped   2 "1" for an admin   3 "1": with the newest event   4 how many fields   5… the fields,
--       then for each room "1" if it is public although nobody made it
-- Returns for each room {role, since which event they may read or "", "1" for a member, head, members, revision,
--         {value of each field}, its newest event as {id, prev, kind, about, json, what was amended of it or ""} or {}},
--         or {"", why} if they may not know it

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
