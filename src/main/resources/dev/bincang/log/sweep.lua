-- Looks at one room: removes entries that are too old or too many, idempotency keys that are too old, the pace of
-- visitors, and bans and mutes that have ended. Runs after role.lua, head.lua, extras.lua and trim.lua. One call does a bounded part of that.
--
-- KEYS  those of append.lua
-- ARGV  8 number of messages to keep, if the room sets no other   9 number of events to keep   10 bytes that the log may take
--       13 milliseconds to keep an idempotency key   18 the room
--       19 milliseconds to keep an entry, if the room sets no other   20 milliseconds until the next look, at least
-- Returns {number of entries removed, "1" if there is more to do now else "0", id, …}: the messages with reactions that no event
--         has told yet, some of them

-- The number of users that one call looks at.
local USERS = 100
-- The number of messages with untold reactions that one call returns.
local SOME_UNTOLD = 20
-- The number of idempotency keys that one call removes.
local SOME_KEYS = 200
-- A visitor's pace is forgotten after this time in milliseconds. By then it has no effect.
local FORGET = 3600000

local deleted = room.kind == 'deleted'
local messages, events = tonumber(room.keep or ARGV[8]), tonumber(ARGV[9])
if deleted then messages, events = 0, 1 end -- the deletion itself stays

local head = head_of(room.head)
local removed, oldest = trim(head, messages, events, tonumber(ARGV[10]), now - (room.keepMs or ARGV[19]))
if removed > 0 then
  redis.call('HSET', KEYS[1], 'head', head_text(head))
  return {removed, '1'}
end

if KEYS[2] ~= KEYS[1] and not deleted and forget_reactions(head) then
  redis.call('HSET', KEYS[1], 'head', head_text(head))
  return {0, '1'}
end

local due = math.huge
if oldest then due = oldest.time + (room.keepMs or ARGV[19]) end

if KEYS[2] ~= KEYS[1] then
  local begun, size = {}, {}
  for key = 6, 7 do
    begun[key] = tonumber(redis.call('HGET', KEYS[key], '') or 0)
    size[key] = redis.call('HLEN', KEYS[key])
  end
  local turn = begun[7] > begun[6] and 7 or 6
  local newest = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)[1]
  local quiet = now - (newest and envelope_of(newest).time or 0) -- no key is younger than this
  for key = 6, 7 do
    local over = key == turn and quiet or now - begun[turn]
    if size[key] > 1 and over >= tonumber(ARGV[13]) then
      for _, digest in ipairs(redis.call('HRANDFIELD', KEYS[key], SOME_KEYS)) do
        if digest ~= '' then redis.call('HDEL', KEYS[key], digest) end
      end
      return {0, '1'}
    end
    if size[key] > 1 then due = math.min(due, now - over + ARGV[13]) end
  end

  if deleted then
    redis.call('UNLINK', KEYS[2], KEYS[5], KEYS[9])
  else
    if tonumber(room.barred or 0) > forget_ended(USERS) then due = math.min(due, now + ARGV[13]) end
    local others = redis.call('HLEN', KEYS[2]) - 1 - (room.members or 0)
    local forget = math.max(FORGET, tonumber(room.slowMs or 0))
    if others > 0 and forget_visitors(USERS, forget) then due = math.min(due, now + forget) end
  end
end

local result = {removed, '0'}
if room.extras and KEYS[2] ~= KEYS[1] and not deleted then
  for _, entry in ipairs(redis.call('ZRANGEBYLEX', KEYS[5], '[y', '(z', 'LIMIT', 0, SOME_UNTOLD)) do
    local seq = string.format('%.0f', tonumber(string.sub(entry, 2)))
    local message = redis.call('XRANGE', KEYS[3], seq, seq)[1]
    if message then result[#result + 1] = message[1] else redis.call('ZREM', KEYS[5], entry) end
  end
  if #result > 2 then due = now end
end

if due == math.huge then
  redis.call('HDEL', KEYS[1], 'due')
  redis.call('ZADD', KEYS[8], '+inf', ARGV[18])
else
  -- An operator may shorten the retention, so each such room is swept at least once in the time of a key.
  look_again(math.max(now + ARGV[20], math.min(due, now + ARGV[13])))
end
return result
