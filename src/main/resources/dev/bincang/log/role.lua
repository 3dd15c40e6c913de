-- Who somebody is in a room. Stands before every script that has to know, all of which begin with these keys.
--
-- KEYS  1 room:{R}   2 room:{R}:members   3 room:{R}:barred
--
-- A member is "<role> <id of the event that made him one>"; who is barred "<banned until> <muted until> <by> <reason>".

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- What it is, each field false where it is not set: one read for all that any script asks.
local room = {}
room.kind, room.name, room.history, room.keep, room.frozen, room.readOnly, room.slowMs, room.revision, room.owners =
  unpack(redis.call('HMGET', KEYS[1],
    'kind', 'name', 'history', 'keep', 'frozen', 'readOnly', 'slowMs', 'revision', 'owners'))

-- The room's kind: public, private, direct; false if there is none. One that nobody made is public where rooms are open.
local function kind_of(open)
  return room.kind ~= 'deleted' and (room.kind or (open == '1' and 'public'))
end

-- His role and, for a member, since when; false and why if he may not even read. The same calls whatever comes of it.
-- Behind it, `barred` is what is held against him in this room, or false.
local barred
local function role_of(kind, user, admin)
  local member = redis.call('HGET', KEYS[2], user)
  barred = redis.call('HGET', KEYS[3], user)
  if not kind then return false, 'not_found' end
  if admin == '1' then return 'admin' end
  if barred and tonumber(string.match(barred, '^%d+')) > now then
    return false, kind == 'public' and 'banned' or 'not_found'
  end
  if member then return string.match(member, '^(%S+) (%S+)$') end
  if kind == 'public' then return 'visitor' end
  return false, 'not_found'
end
