-- Defines functions that find a user's role in a room. A part: it runs before every script that needs them.
--
-- KEYS  1 room:{R}   2 room:{R}:members   3 room:{R}:barred
-- ARGV  none
-- Returns nothing; defines clock, now, room, look, kind_of, role_of, member and barred
--
-- The value of a member is "<role> <id of the event that made them a member>". The value of a barred user is
-- "<banned until> <muted until> <by> <reason>".

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- The room's settings. A field that is not set is false. A script reads them once.
local room = {}
local first
-- Reads the settings of the room whose keys begin at KEYS[n].
local function look(n)
  first = n
  room.kind, room.name, room.history, room.keep, room.frozen, room.readOnly, room.slowMs, room.revision, room.owners =
    unpack(redis.call('HMGET', KEYS[n],
      'kind', 'name', 'history', 'keep', 'frozen', 'readOnly', 'slowMs', 'revision', 'owners'))
end
look(1)

-- Returns the room's kind: public, private or direct; false if the room does not exist. If open is "1", a room that
-- nobody made is public.
local function kind_of(open)
  return room.kind ~= 'deleted' and (room.kind or (open == '1' and 'public'))
end

-- Returns the user's role and, for a member, the id of the event that made them one; false and a code if they may not
-- read. The calls to Redis are the same in every case. Sets `member` and `barred` to the user's values in Redis, or to
-- false.
local member, barred
local function role_of(kind, user, admin)
  member = redis.call('HGET', KEYS[first + 1], user)
  barred = redis.call('HGET', KEYS[first + 2], user)
  if not kind then return false, 'not_found' end
  if admin == '1' then return 'admin' end
  if barred and tonumber(string.match(barred, '^%d+')) > now then
    return false, kind == 'public' and 'banned' or 'not_found'
  end
  if member then return string.match(member, '^(%S+) (%S+)$') end
  if kind == 'public' then return 'visitor' end
  return false, 'not_found'
end
