-- Who a user is in a room. This part stands before every script that needs to know.
--
-- KEYS  1 room:{R}   2 room:{R}:members   3 room:{R}:barred
--
-- A member is "<role> <id of the event that made them a member>". A user who is barred is
-- "<banned until> <muted until> <by> <reason>".

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- What the room is. A field is false where it is not set. One read serves all that a script asks.
local room = {}
local first
-- Reads the room whose keys begin at KEYS[n].
local function look(n)
  first = n
  room.kind, room.name, room.history, room.keep, room.frozen, room.readOnly, room.slowMs, room.revision, room.owners =
    unpack(redis.call('HMGET', KEYS[n],
      'kind', 'name', 'history', 'keep', 'frozen', 'readOnly', 'slowMs', 'revision', 'owners'))
end
look(1)

-- The room's kind: public, private, direct; false if there is none. Where rooms are open, a room that nobody made is
-- public.
local function kind_of(open)
  return room.kind ~= 'deleted' and (room.kind or (open == '1' and 'public'))
end

-- The user's role and, for a member, since which event; false and why if they may not even read. The calls are the same
-- whatever comes of it. Sets `member` and `barred` to what Redis has of the user, or false.
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
