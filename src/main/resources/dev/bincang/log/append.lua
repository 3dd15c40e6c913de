-- Appends one event to a room: the only way by which a room's order grows. role.lua, trim.lua and a rule stand before it.
--
-- KEYS  1 room:{R} (also the channel)   2 room:{R}:members   3 room:{R}:barred   4 room:{R}:head   5 room:{R}:log
--       6 room:{R}:keys (":<half-day>" is added here, by Redis' clock)   7 room:{R}:pace (":<user>" is added by the rule)
--       8 room:{R}:amended
-- ARGV  1 tag             2 kind           3 whom it is about, escaped
--       4 the frame's JSON up to the room, 5 and what comes behind id, seq and time
--       6 events to keep where the room says nothing else   7 digest of user and key, or empty   8 hash of the command
--       9 who does it, escaped   10 "1" for an admin   11 the roles that may, each between spaces; empty: anyone
--       12 "1" if a room that nobody made is public    13 bytes that the log and what was amended may take
--       14… what the rule needs
-- Returns {"ok", id, time, what apply says} · {"duplicate", id, time} · {"same", head, time}: nothing to change ·
--         {"refused", code, why, milliseconds to wait or ""}
--
-- The rule says what else has to hold and what else changes in this one step:
--   check(role, kind, head) → nothing, "same", or a refusal's code, why and wait; role is false where anyone may
--   apply(id) → nothing, or a text for who asked
--
-- Order: a known key first, since the first result wins over everything that may have changed; then all that can
-- fail; then the writes. XADD is the first write: where Redis is full or no master, it fails and nothing is done.

local HALF_DAY = 43200
-- The size of the log is looked at once in so many events: a look costs more than the event's own writes.
local LOOK_EVERY = 64

local time = string.format('%.0f', now)
local bucket = math.floor(clock[1] / HALF_DAY)
local function keys(n) return KEYS[6] .. ':' .. string.format('%.0f', n) end

local digest = ARGV[7]
if digest ~= '' then
  -- The bucket before, for keys from before its end; the one behind, for a clock that was set back since.
  for n = bucket + 1, bucket - 1, -1 do
    local known = redis.call('HGET', keys(n), digest)
    if known then
      local hash, id, at = string.match(known, '^(%S+) (%S+) (%S+)$')
      if hash ~= ARGV[8] then return {'refused', 'conflict', 'key: used before for another command', ''} end
      return {'duplicate', id, at}
    end
  end
end

local kind = kind_of(ARGV[12])
local role, why = false, nil
if ARGV[11] ~= '' then
  role, why = role_of(kind, ARGV[9], ARGV[10])
  if not role then return {'refused', why, '', ''} end
  if not string.find(ARGV[11], ' ' .. role .. ' ', 1, true) then return {'refused', 'forbidden', '', ''} end
end

local prev = redis.call('GET', KEYS[4])
if not prev then
  prev = '0-0'
  if redis.call('EXISTS', KEYS[5]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[5])
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' then prev = info[i + 1] end
    end
  end
end

local code, reason, wait = check(role, kind, prev)
if code == 'same' then return {'same', prev, time} end
if code then return {'refused', code, reason or '', wait or ''} end

local number = tonumber(string.match(prev, '^%d+')) + 1
local seq = string.format('%.0f', number)
local id = seq .. '-' .. ARGV[1]
local json = ARGV[4] .. ',"id":"' .. id .. '","seq":' .. seq .. ',"time":' .. time .. ARGV[5]

redis.call('XADD', KEYS[5], 'MAXLEN', '~', room.keep or ARGV[6], id, 'p', prev, 'k', ARGV[2], 'a', ARGV[3], 't', time, 'j', json)
redis.call('SET', KEYS[4], id)
local said = apply(id)
if digest ~= '' then
  redis.call('HSET', keys(bucket), digest, ARGV[8] .. ' ' .. id .. ' ' .. time)
  redis.call('EXPIRE', keys(bucket), 2 * HALF_DAY)
end
if number % LOOK_EVERY == 0 then trim_to_size(KEYS[5], KEYS[8], tonumber(ARGV[13])) end
redis.call('PUBLISH', KEYS[1], id .. ' ' .. prev .. ' ' .. ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. json)
return {'ok', id, time, said or ''}
