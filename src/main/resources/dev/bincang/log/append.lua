-- Appends one event to a room's log. No other script does. Runs after role.lua, trim.lua and a rule.
--
-- KEYS  1 room:{R} (also the channel)   2 room:{R}:members   3 room:{R}:barred   4 room:{R}:head   5 room:{R}:log
--       6 room:{R}:keys (this script adds ":<half-day>", by Redis' clock)   7 room:{R}:pace (the rule adds ":<user>")
--       8 room:{R}:amended
-- ARGV  1 the tag of the new id   2 the event's kind   3 the user it is about, escaped
--       4 the frame's JSON up to and including the room   5 the JSON after id, seq and time
--       6 number of events to keep, if the room sets no other   7 digest of user and idempotency key, or empty
--       8 hash of the command   9 the user who appends, escaped   10 "1" if they are an admin
--       11 the roles that may append, each with a space before and after; empty: no role is needed
--       12 "1" if a room that nobody made is public   13 bytes that the log and the amendments may take
--       14… the rule's arguments
-- Returns {"ok", id, time, text from apply or ""}
--         {"duplicate", id, time}: the key is known; id and time are those of its event
--         {"same", head, time}: there is nothing to change
--         {"refused", code, reason, milliseconds to wait or ""}
--
-- The rule defines two functions. They decide what else must hold and what else changes, in this one step:
--   check(role, kind, head) → nothing, "same", or a refusal: code, reason, wait; role is false if no role is needed
--   apply(id) → nothing, or a text for the caller
--
-- Order: first the key, because the first result of a command stands, whatever has changed since. Then every check that
-- can fail. Then the writes. XADD is the first write: if Redis is full or not the master, it fails and nothing changes.

local HALF_DAY = 43200
-- The size of the log is checked once in this many events, because a check costs more than the event's own writes.
local LOOK_EVERY = 64

local time = string.format('%.0f', now)
local bucket = math.floor(clock[1] / HALF_DAY)
local function keys(n) return KEYS[6] .. ':' .. string.format('%.0f', n) end

local digest = ARGV[7]
if digest ~= '' then
  -- The previous bucket holds keys from the last half-day. The next one matters if the clock was set back since.
  for n = bucket + 1, bucket - 1, -1 do
    local known = redis.call('HGET', keys(n), digest)
    if known then
      local hash, id, at = string.match(known, '^(%S+) (%S+) (%S+)$')
      if hash ~= ARGV[8] then return {'refused', 'conflict', 'key: already used for another command', ''} end
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
