-- The act of posting, for append.lua.
--
-- ARGV  13 milliseconds between two messages of one user in the long run   14 how many he may send at once
--
-- The pace is a generic cell rate: one number per user, the time at which he would have used up nothing. Slow mode is
-- the same with a longer interval and no burst, and not for those who moderate.

local pace = KEYS[7] .. ':' .. ARGV[9]
local used

local function check(role, kind)
  local many = role == 'visitor' or role == 'member'
  if room.frozen and role ~= 'owner' and role ~= 'admin' then return 'forbidden', 'the room is frozen' end
  if room.readOnly and many then return 'forbidden', 'the room is for reading only' end

  local barred = redis.call('HGET', KEYS[3], ARGV[9])
  local muted = barred and tonumber(string.match(barred, '^%d+ (%d+)')) or 0
  if muted > now and role ~= 'admin' then return 'muted', '', string.format('%.0f', muted - now) end

  local interval, burst = tonumber(ARGV[13]), tonumber(ARGV[14])
  if many and room.slowMs then interval, burst = tonumber(room.slowMs), 1 end
  used = tonumber(redis.call('GET', pace) or 0)
  used = math.min(math.max(used, now), now + interval * burst) + interval
  local wait = used - interval * burst - now
  if wait > 0 then return 'rate_limited', '', string.format('%.0f', math.ceil(wait)) end
end

local function apply()
  redis.call('SET', pace, string.format('%.0f', used), 'PX', string.format('%.0f', math.ceil(used - now) + 1))
end
