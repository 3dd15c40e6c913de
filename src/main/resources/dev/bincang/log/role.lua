-- Defines functions that read a room's settings and a user's state in it. A part: it runs before every script that
-- needs them.
--
-- KEYS  1 the room's hash   2 its members
-- ARGV  none
-- Returns nothing; defines clock, now, time_text, room, look, kind_of, state_of, state_text, role_of, me and
--         forget_visitors
--
-- The value of a user in the members' hash is "<role> <since> <at> <level> <bytes>", and for a user who is or was banned
-- or muted " <banned until> <muted until> <by> <reason>" after it. Role and since are "-" for a user who is not a
-- member; since is the id of the event that made them one. At, level and bytes are their pace: posting.lua.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local time_text = string.format('%.0f', now)

-- The room's hash. A field that is not set is false. A script reads it once.
local room = {}
-- Reads the hash of the room at KEYS[n].
local function look(n)
  room.head, room.kind, room.name, room.history, room.keep, room.keepMs, room.frozen, room.readOnly, room.slowMs,
    room.revision, room.owners, room.members, room.barred, room.due = unpack(redis.call('HMGET', KEYS[n],
      'head', 'kind', 'name', 'history', 'keep', 'keepMs', 'frozen', 'readOnly', 'slowMs',
      'revision', 'owners', 'members', 'barred', 'due'))
end
look(1)

-- Returns the room's kind: public, private or direct; false if the room does not exist. If open is "1", a room that
-- nobody made is public.
local function kind_of(open)
  return room.kind ~= 'deleted' and (room.kind or (open == '1' and 'public'))
end

-- Reads what the members' hash at KEYS[n] says about a user.
local function state_of(n, user)
  local text = redis.call('HGET', KEYS[n], user)
  if not text then return { role = false, at = 0, level = 0, bytes = 0, banned = 0, muted = 0 } end
  local role, since, at, level, bytes, bars = string.match(text, '^(%S+) (%S+) (%S+) (%S+) (%S+)(.*)$')
  local state = { known = true, role = role ~= '-' and role, since = since,
    at = tonumber(at), level = tonumber(level), bytes = tonumber(bytes), banned = 0, muted = 0 }
  if bars ~= '' then
    local banned, muted, by, reason = string.match(bars, '^ (%S+) (%S+) (%S+) (.*)$')
    state.banned, state.muted, state.by, state.reason = tonumber(banned), tonumber(muted), by, reason
  end
  return state
end

-- The text of a state as the members' hash holds it.
local function state_text(state)
  local text = string.format('%s %s %.0f %.3f %.0f',
    state.role or '-', state.role and state.since or '-', state.at, state.level, state.bytes)
  if state.by then text = text .. string.format(' %.0f %.0f %s %s', state.banned, state.muted, state.by, state.reason) end
  return text
end

-- Returns the user's role and, for a member, the id of the event that made them one; false and a code if they may not
-- read. The calls to Redis are the same in every case. Sets `me` to the user's state; n is the key of the members' hash.
local me
local function role_of(n, kind, user, admin)
  me = state_of(n, user)
  if not kind then return false, 'not_found' end
  if admin == '1' then return 'admin' end
  if me.banned > now then return false, kind == 'public' and 'banned' or 'not_found' end
  if me.role then return me.role, me.since end
  if kind == 'public' then return 'visitor' end
  return false, 'not_found'
end

-- Looks at some users in the members' hash at KEYS[2]. Removes those who are neither members nor were ever banned or muted,
-- and have not posted for `ms` milliseconds.
local function forget_visitors(some, ms)
  local found = redis.call('HRANDFIELD', KEYS[2], some, 'WITHVALUES')
  for i = 1, #found, 2 do
    local role, at, bars = string.match(found[i + 1], '^(%S+) %S+ (%S+) %S+ %S+(.*)$')
    if role == '-' and bars == '' and tonumber(at) < now - ms then redis.call('HDEL', KEYS[2], found[i]) end
  end
end
