-- Appends one event to a room's log. No other script does. Runs after role.lua, head.lua, extras.lua,
-- trim.lua, mark.lua and a rule.
--
-- KEYS  1 the room's hash (also its channel)   2 members   3 log   4 bodies   5 index   6 7 the two hashes of
--       idempotency keys   8 the rooms of the room's bucket   9 the marks of the members
--       A key that the event does not need is the room's hash again.
-- ARGV  1 the tag of the new id   2 the event's kind   3 the user it is about, escaped   4 the event it is about or "-"
--       5 the frame's JSON up to and including the room
--       6 the JSON after id, seq, time and n: the part that stays when the message is deleted
--       7 the JSON after that; if the rule sets amended, only the rule reads it
--       8 number of messages to keep, if the room sets no other   9 number of events to keep   10 bytes that the log may take
--       11 digest of user and idempotency key, or empty   12 hash of the command   13 milliseconds to keep a key
--       14 the user who appends, escaped   15 "1" if they are an admin
--       16 the roles that may append, each with a space before and after; empty: no role is needed
--       17 "1" if a room that nobody made is public   18 the room
--       19 milliseconds to keep an entry, if the room sets no other   20… the rule's arguments
-- Returns {"ok", id, time, text from apply or ""}
--         {"duplicate", id, time or ""}: the key is known; the time is missing if the event is not in the log any more
--         {"same", head, time}: there is nothing to change
--         {"refused", code, reason, milliseconds to wait or ""}
--
-- The rule defines two functions. They decide what else must hold and what else changes, in this one step:
--   check(role, kind, head) → nothing, "same", or a refusal: code, reason, wait; role is false if no role is needed
--   apply(id, head) → nothing, or a text for the caller
-- A rule may set these before apply returns:
--   amended  the new second part of the body of a message that the event changes. Only the message stores it. The published
--            event contains it. A later read of the event takes the second part that the message has at that time
--   second   the second part of the event's own body, instead of ARGV[7]
--   extra    JSON that the published event has before the second part, and that is not stored with it: extras.lua
--   thread   for an event in a thread: the eighth word of the envelope. check sets it
--
-- A rule that lets the room keep less sets room.soon: the sweeper looks at the room soon.
--
-- A script must not delete a key and then use it again: while the key's slot moves, Redis stops the script there.
--
-- Order: first the key, because the first result of a command stands, whatever has changed since. Then every check that
-- can fail. Then the writes. XADD is the first write that matters: if Redis is full or not the master, it fails and nothing
-- changes.

-- The log is trimmed once it has this many entries or messages too many, or this share of its bytes.
local SLACK = 32
local SLACK_BYTES = 1.02

-- Idempotency keys. Two hashes take turns. The field "" of a hash is the time at which its turn began. A turn lasts for
-- ARGV[13] at least, and ends when the other hash is empty: sweep.lua empties it when the turn is over. So a key is known for
-- that time at least, and for about twice as long at most. The value of a key is twelve bytes: seq, tag and hash. Redis
-- allocates more for longer ones.
local digest = ARGV[11]
local turn, begun = 6, {}
if digest ~= '' then
  for key = 6, 7 do
    local at, known = unpack(redis.call('HMGET', KEYS[key], '', digest))
    if known then
      local seq, tag = struct.unpack('>I5I4', known)
      if string.sub(known, 10) ~= ARGV[12] then return {'refused', 'conflict', 'key: already used for another command', ''} end
      local id = string.format('%.0f-%.0f', seq, tag)
      local entry = redis.call('XRANGE', KEYS[3], id, id)[1]
      return {'duplicate', id, entry and string.format('%.0f', envelope_of(entry).time) or ''}
    end
    begun[key] = tonumber(at or 0)
  end
  if begun[7] > begun[6] then turn = 7 end
end

local kind = kind_of(ARGV[17])
local role, why = false, nil
if ARGV[16] ~= '' then
  role, why = role_of(2, kind, ARGV[14], ARGV[15])
  if not role then return {'refused', why, '', ''} end
  if not string.find(ARGV[16], ' ' .. role .. ' ', 1, true) then return {'refused', 'forbidden', '', ''} end
end

local head = head_of(room.head)
local code, reason, wait = check(role, kind, head)
if code == 'same' then return {'same', head.id, time_text} end
if code then return {'refused', code, reason or '', wait or ''} end

local prev = head.id
head.seq = head.seq + 1
local seq = string.format('%.0f', head.seq)
head.id = seq .. '-' .. ARGV[1]
if ARGV[2] == 'message' then
  head.m = head.m + 1
  if not thread or string.sub(thread, -1) == '+' then head.n = head.n + 1 end
end
local n = string.format('%.0f', head.n)
local envelope = table.concat({prev, ARGV[2], ARGV[3], time_text, n, string.format('%.0f', head.m), ARGV[4], thread}, ' ')
redis.call('XADD', KEYS[3], head.id, 'e', envelope)

local said = apply(head.id, head)
local kept = ARGV[6] .. '\n'
local rest = amended or second or ARGV[7]
local body = amended and kept or kept .. rest
redis.call('HSET', KEYS[4], seq, body)
head.bytes = head.bytes + #body + ENTRY_BYTES

if prev == '0-0' and KEYS[2] ~= KEYS[1] then
  -- A script for a slot that moves is refused if a key is missing. So these exist, even if they are empty.
  redis.call('HSET', KEYS[2], '', '')
  redis.call('ZADD', KEYS[5], 0, '')
  redis.call('HSET', KEYS[6], '', 0)
  redis.call('HSET', KEYS[7], '', 0)
  redis.call('HSET', KEYS[9], '', '')
end
if digest ~= '' then
  local over = now >= begun[turn] + ARGV[13] and redis.call('HLEN', KEYS[13 - turn]) <= 1
  if over then turn = 13 - turn end
  -- A turn cannot begin later than now: then Redis' clock was set back since.
  if over or begun[turn] > now then redis.call('HSET', KEYS[turn], '', time_text) end
  redis.call('HSET', KEYS[turn], digest, struct.pack('>I5I4', head.seq, tonumber(ARGV[1])) .. ARGV[12])
end

local messages, events, bytes = tonumber(room.keep or ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
if head.m - head.low_m > messages + SLACK or head.seq - head.low_seq > events + SLACK
  or head.bytes > bytes * SLACK_BYTES then
  trim(head, messages, events, bytes, 0)
  forget_reactions(head)
end
if room.newMessage then
  redis.call('HSET', KEYS[1], 'head', head_text(head), 'lastMessage', room.newMessage)
else
  redis.call('HSET', KEYS[1], 'head', head_text(head))
end
if room.soon or not room.due then
  look_again(room.soon and now or now + math.min(room.keepMs or ARGV[19], ARGV[13]))
end

local json = table.concat({ARGV[5], ',"id":"', head.id, '","seq":', seq, ',"time":', time_text, ',"n":', n, ARGV[6],
  extra or '', '\n', rest})
redis.call(publish, KEYS[1], head.id .. ' ' .. envelope .. ' ' .. json)
return {'ok', head.id, time_text, said or ''}
