-- Defines functions that read a room's settings and a user's state in it. A part: it runs before every script that
-- needs them.
--
-- KEYS  1 the room's hash   2 its members; store and forget_ended need those of append.lua
-- ARGV  none
-- Returns nothing; defines clock, now, time_text, room, look, kind_of, state_of, state_text, role_of, me,
--         forget_visitors, store and forget_ended
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
    room.revision, room.owners, room.members, room.barred, room.due, room.versions, room.extras,
    room.mentions, room.lastMessage = unpack(redis.call('HMGET', KEYS[n],
      'head', 'kind', 'name', 'history', 'keep', 'keepMs', 'frozen', 'readOnly', 'slowMs',
      'revision', 'owners', 'members', 'barred', 'due', 'versions', 'extras', 'mentions', 'lastMessage'))
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

-- Looks at some users in the members' hash at KEYS[2]. Removes those who are not members, have no ban or mute, and have not
-- posted for `ms` milliseconds. Returns whether it saw such a user who has posted since.
local function forget_visitors(some, ms)
  local more = false
  local found = redis.call('HRANDFIELD', KEYS[2], some, 'WITHVALUES')
  for i = 1, #found, 2 do
    local role, at, bars = string.match(found[i + 1], '^(%S+) %S+ (%S+) %S+ %S+(.*)$')
    if role == '-' and bars == '' then
      if tonumber(at) < now - ms then redis.call('HDEL', KEYS[2], found[i]) else more = true end
    end
  end
  return more
end

-- Stores the user's state; removes it if it says nothing. Keeps the list of who is or was banned or muted: b<user> in the
-- index, and its number in the room's hash.
local function store(who, state, listed)
  local bars = state.banned > 0 or state.muted > 0
  if not bars then state.by = nil end
  if bars and not listed then
    redis.call('ZADD', KEYS[5], 0, 'b' .. who)
    redis.call('HINCRBY', KEYS[1], 'barred', 1)
  elseif listed and not bars then
    redis.call('ZREM', KEYS[5], 'b' .. who)
    redis.call('HINCRBY', KEYS[1], 'barred', -1)
  end
  if state.role or bars or state.at > 0 then
    redis.call('HSET', KEYS[2], who, state_text(state))
  else
    redis.call('HDEL', KEYS[2], who)
  end
end

-- Looks at some users with a stored ban or mute, and removes those that have ended. Returns how many it removed.
local function forget_ended(some)
  local removed = 0
  local offset = now % math.max(1, (room.barred or 0) - some + 1)
  for _, entry in ipairs(redis.call('ZRANGEBYLEX', KEYS[5], '[b', '(c', 'LIMIT', offset, some)) do
    local who = string.sub(entry, 2)
    local state = state_of(2, who)
    if state.banned <= now and state.muted <= now then
      state.banned, state.muted = 0, 0
      store(who, state, true)
      removed = removed + 1
    end
  end
  return removed
end
