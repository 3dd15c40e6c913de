-- Defines functions that decide whether a user may post in a room now. A part: it runs before the rules that post.
--
-- KEYS  those of append.lua
-- ARGV  14 the user, escaped
-- Returns nothing; defines may_not_post, may_not_react, too_fast and posted
--
-- A user's pace has three fields. at: when they last posted, in milliseconds since 1970. level: the events that still
-- counted against the rate limit at that time. bytes: the same for bytes. Both shrink as time passes.

-- With each new visitor, the script looks at this number of users, and forgets visitors who may post freely again. So the
-- members' hash does not grow with the visitors of a day.
local LOOK_AT = 3

-- Returns nothing if the user may post, else the refusal.
local function may_not_post(role)
  if room.frozen and role ~= 'owner' and role ~= 'admin' then return 'forbidden', 'the room is frozen' end
  if room.readOnly and (role == 'visitor' or role == 'member') then return 'forbidden', 'the room is read-only' end

  if me.muted > now and role ~= 'admin' then return 'muted', '', string.format('%.0f', me.muted - now) end
end

-- Returns nothing if the user may react to a message, else the refusal. In a read-only room everybody may.
local function may_not_react(role)
  local read_only = room.readOnly
  room.readOnly = false
  local code, why, wait = may_not_post(role)
  room.readOnly = read_only
  return code, why, wait
end

local full_after

local function refusal_to_wait(why, ms)
  return 'rate_limited', why, string.format('%.0f', math.ceil(ms))
end

-- Takes an event from two token buckets, which share one key. Returns nothing if the user is not too fast, else the
-- refusal. Slow mode is a longer interval without bursts. It does not apply to users who moderate.
-- interval: milliseconds between two events in the long run   burst: how many at once   per_minute: bytes in a minute
-- size: bytes of this event; an event larger than a minute's bytes passes when the bucket of bytes is full
local function too_fast(role, interval, burst, per_minute, size)
  if room.slowMs and (role == 'visitor' or role == 'member') then interval, burst = tonumber(room.slowMs), 1 end
  local per_ms = per_minute / 60000
  local level, bytes = 0, 0
  local passed = now - me.at
  if passed >= 0 then -- otherwise Redis' clock was set back, so the old state says nothing
    level = math.max(0, math.min(me.level, burst) - passed / interval)
    bytes = math.max(0, me.bytes - passed * per_ms)
  end
  if level + 1 > burst + 1e-3 then return refusal_to_wait('', (level + 1 - burst) * interval) end
  if size > 0 and bytes > 0 and bytes + size > per_minute then
    return refusal_to_wait('too many bytes in a minute', math.min(bytes, bytes + size - per_minute) / per_ms)
  end
  me.at, me.level, me.bytes = now, level + 1, bytes + size
  full_after = math.max(60000, burst * interval, tonumber(room.slowMs or 0))
end

-- Stores the pace after the event. Runs after too_fast.
local function posted()
  if not me.known then forget_visitors(LOOK_AT, full_after) end
  redis.call('HSET', KEYS[2], ARGV[14], state_text(me))
end
