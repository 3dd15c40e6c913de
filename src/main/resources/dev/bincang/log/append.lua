-- Appends one event to a room: the only way by which a room's order grows.
--
-- KEYS  1 room:{R}:head   2 room:{R}:log   3 room:{R}:keys (":<half-day>" is added here, by Redis' clock)
--       4 room:{R} (the channel)
-- ARGV  1 tag             2 kind           3 author, escaped
--       4 the frame's JSON up to the room, 5 and what comes behind id, seq and time
--       6 events to keep  7 digest of user and key, or empty   8 hash of the command
-- Returns {"ok", id, time} · {"duplicate", id, time} · {"conflict"}
--
-- Order: a known key first, since the first result wins over everything that may have changed; then all that can
-- fail; then the writes. XADD is the first write: where Redis is full or no master, it fails and nothing is done.

local HALF_DAY = 43200

local now = redis.call('TIME')
local time = string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000))
local bucket = math.floor(now[1] / HALF_DAY)
local function keys(n) return KEYS[3] .. ':' .. string.format('%.0f', n) end

local digest = ARGV[7]
if digest ~= '' then
  -- The bucket before, for keys from before its end; the one behind, for a clock that was set back since.
  for n = bucket + 1, bucket - 1, -1 do
    local known = redis.call('HGET', keys(n), digest)
    if known then
      local hash, id, at = string.match(known, '^(%S+) (%S+) (%S+)$')
      if hash ~= ARGV[8] then return {'conflict'} end
      return {'duplicate', id, at}
    end
  end
end

local prev = redis.call('GET', KEYS[1])
if not prev then
  prev = '0-0'
  if redis.call('EXISTS', KEYS[2]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[2])
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' then prev = info[i + 1] end
    end
  end
end

local seq = string.format('%.0f', tonumber(string.match(prev, '^%d+')) + 1)
local id = seq .. '-' .. ARGV[1]
local json = ARGV[4] .. ',"id":"' .. id .. '","seq":' .. seq .. ',"time":' .. time .. ARGV[5]

redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[6], id, 'p', prev, 'k', ARGV[2], 'a', ARGV[3], 't', time, 'j', json)
redis.call('SET', KEYS[1], id)
if digest ~= '' then
  redis.call('HSET', keys(bucket), digest, ARGV[8] .. ' ' .. id .. ' ' .. time)
  redis.call('EXPIRE', keys(bucket), 2 * HALF_DAY)
end
redis.call('PUBLISH', KEYS[4], id .. ' ' .. prev .. ' ' .. ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. json)
return {'ok', id, time}
