-- Looks at one room: removes entries that are too old or too many, idempotency keys that are too old, and the pace of
-- visitors. Runs after role.lua, head.lua and trim.lua. One call does a bounded part of that.
--
-- KEYS  those of append.lua
-- ARGV  8 number of messages to keep, if the room sets no other   9 number of events to keep   10 bytes that the log may take
--       13 milliseconds to keep an idempotency key   18 the room
--       19 milliseconds to keep an entry, if the room sets no other   20 milliseconds until the next look, at least
-- Returns {number of entries removed, "1" if there is more to do now else "0"}

-- The number of users whose pace one call looks at.
local USERS = 100
-- The number of idempotency keys that one call removes.
local SOME_KEYS = 200
-- A visitor's pace is forgotten after this time in milliseconds. By then they may send as if they had never sent.
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

local due = math.huge
if oldest then due = oldest.time + (room.keepMs or ARGV[19]) end

if KEYS[2] ~= KEYS[1] then
  local period = math.floor(now / ARGV[13])
  for key = 6, 7 do
    if redis.call('HLEN', KEYS[key]) > 1 then
      local of = tonumber(redis.call('HGET', KEYS[key], '') or 0)
      if of < period - 1 then
        for _, digest in ipairs(redis.call('HRANDFIELD', KEYS[key], SOME_KEYS)) do
          if digest ~= '' then redis.call('HDEL', KEYS[key], digest) end
        end
        return {0, '1'}
      end
      due = math.min(due, (of + 2) * ARGV[13])
    end
  end

  if deleted then
    redis.call('UNLINK', KEYS[2], KEYS[5])
  else
    local others = redis.call('HLEN', KEYS[2]) - 1 - (room.members or 0)
    if others > 0 then forget_visitors(USERS, FORGET) end
    if others > (room.barred or 0) + 0 then due = math.min(due, now + FORGET) end
  end
end

if due == math.huge then
  redis.call('HDEL', KEYS[1], 'due')
  redis.call('ZADD', KEYS[8], '+inf', ARGV[18])
else
  -- A setting of the server may make it earlier, so the room is looked at once a period at least.
  look_again(math.max(now + ARGV[20], math.min(due, now + ARGV[13])))
end
return {removed, '0'}
