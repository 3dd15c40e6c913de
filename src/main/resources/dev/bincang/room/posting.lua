-- Whether somebody may post in a room now, for the rules that post.
--
-- KEYS  7 room:{R}:pace   ARGV  9 who

-- Nothing if he may, else the refusal.
local function may_not_post(role)
  if room.frozen and role ~= 'owner' and role ~= 'admin' then return 'forbidden', 'the room is frozen' end
  if room.readOnly and (role == 'visitor' or role == 'member') then return 'forbidden', 'the room is for reading only' end

  local muted = barred and tonumber(string.match(barred, '^%d+ (%d+)')) or 0
  if muted > now and role ~= 'admin' then return 'muted', '', string.format('%.0f', muted - now) end
end

-- The pace is a generic cell rate: one number per user, the time at which he would have used up nothing. Slow mode is
-- the same with a longer interval and no burst, and not for those who moderate.
local pace = KEYS[7] .. ':' .. ARGV[9]
local used

-- Nothing if he is not too fast, else the refusal.
-- interval: milliseconds between two in the long run   burst: how many at once
local function too_fast(role, interval, burst)
  if room.slowMs and (role == 'visitor' or role == 'member') then interval, burst = tonumber(room.slowMs), 1 end
  used = tonumber(redis.call('GET', pace) or 0)
  used = math.min(math.max(used, now), now + interval * burst) + interval
  local wait = used - interval * burst - now
  if wait > 0 then return 'rate_limited', '', string.format('%.0f', math.ceil(wait)) end
end

local function posted()
  redis.call('SET', pace, string.format('%.0f', used), 'PX', string.format('%.0f', math.ceil(used - now) + 1))
end
