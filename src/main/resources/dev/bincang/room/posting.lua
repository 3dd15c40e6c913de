-- Whether somebody may post in a room now, for the rules that post.
--
-- KEYS  7 room:{R}:pace   ARGV  4 and 5 the frame's JSON   9 who
--
-- A user's pace is "<at> <level> <bytes>": at that time, in milliseconds since 1970, so many events and bytes of theirs
-- were not paid off yet by the time that has passed.

-- Nothing if they may, else the refusal.
local function may_not_post(role)
  if room.frozen and role ~= 'owner' and role ~= 'admin' then return 'forbidden', 'the room is frozen' end
  if room.readOnly and (role == 'visitor' or role == 'member') then return 'forbidden', 'the room is for reading only' end

  local muted = barred and tonumber(string.match(barred, '^%d+ (%d+)')) or 0
  if muted > now and role ~= 'admin' then return 'muted', '', string.format('%.0f', muted - now) end
end

local pace = KEYS[7] .. ':' .. ARGV[9]
local level, bytes, expiry

local function refusal_to_wait(why, ms)
  return 'rate_limited', why, string.format('%.0f', math.ceil(ms))
end

-- Two token buckets in one key. Nothing if the user is not too fast, else the refusal. Slow mode is a longer interval and
-- no burst, and not for those who moderate.
-- interval: milliseconds between two events in the long run   burst: how many at once   per_minute: bytes in a minute
-- size: bytes of this event; what is larger than a minute's bytes goes through when nothing else is owed
local function too_fast(role, interval, burst, per_minute, size)
  if room.slowMs and (role == 'visitor' or role == 'member') then interval, burst = tonumber(room.slowMs), 1 end
  local per_ms = per_minute / 60000
  level, bytes = 0, 0
  local at, was_level, was_bytes = string.match(redis.call('GET', pace) or '', '^(%S+) (%S+) (%S+)$')
  local passed = at and now - at or -1
  if passed >= 0 then -- else Redis' clock was set back since: then what was owed cannot be known
    level = math.max(0, math.min(tonumber(was_level), burst) - passed / interval)
    bytes = math.max(0, was_bytes - passed * per_ms)
  end
  if level + 1 > burst + 1e-6 then return refusal_to_wait('', (level + 1 - burst) * interval) end
  if size > 0 and bytes > 0 and bytes + size > per_minute then
    return refusal_to_wait('too many bytes in a minute', math.min(bytes, bytes + size - per_minute) / per_ms)
  end
  level, bytes = level + 1, bytes + size
  expiry = math.max(level * interval, bytes / per_ms)
end

local function posted()
  redis.call('SET', pace, string.format('%.0f %.6f %.0f', now, level, bytes),
    'PX', string.format('%.0f', math.ceil(expiry) + 1))
end
