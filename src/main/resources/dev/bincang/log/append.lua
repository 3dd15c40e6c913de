-- Appends one event to a room's log. No other script does. Runs after role.lua, head.lua, trim.lua and a rule.
--
-- KEYS  1 the room's hash (also its channel)   2 members   3 log   4 bodies   5 index   6 7 the two buckets of
--       idempotency keys   8 the rooms of the room's bucket
--       A key that the event does not need is the room's hash again.
-- ARGV  1 the tag of the new id   2 the event's kind   3 the user it is about, escaped   4 the event it is about or "-"
--       5 the frame's JSON up to and including the room
--       6 the JSON after id, seq, time and n: the part that stays when the message is deleted
--       7 the JSON after that; not used if the rule sets amended
--       8 number of messages to keep, if the room sets no other   9 number of events to keep   10 bytes that the log may take
--       11 digest of user and idempotency key, or empty   12 hash of the command   13 milliseconds to keep a key
--       14 the user who appends, escaped   15 "1" if they are an admin
--       16 the roles that may append, each with a space before and after; empty: no role is needed
--       17 "1" if a room that nobody made is public   18 the room
--       19 milliseconds to keep an entry, if the room sets no other   20… the rule's arguments
-- Returns {"ok", id, time, text from apply or ""}
--         {"duplicate", id, time or ""}: the key is known; the time is missing if the event is not in the log any more
--         {"same", head, time}: there is nothing to change
--         {"full"}: the keys of an older period have to be swept first; nothing was done
--         {"refused", code, reason, milliseconds to wait or ""}
--
-- The rule defines two functions. They decide what else must hold and what else changes, in this one step:
--   check(role, kind, head) → nothing, "same", or a refusal: code, reason, wait; role is false if no role is needed
--   apply(id, head) → nothing, or a text for the caller
-- A rule that changes a message sets amended to the JSON that the message has after the part that stays. Only the message
-- stores it. The event is published with it, and is read with what the message has then.
--
-- A rule that lets the room keep less sets room.soon: the sweeper looks at the room soon.
--
-- A script must not delete a key and then use it again: while the key's slot moves, Redis stops the script there.
--
-- Order: first the key, because the first result of a command stands, whatever has changed since. Then every check that
-- can fail. Then the writes. XADD is the first write: if Redis is full or not the master, it fails and nothing changes.

-- The log is trimmed once it has this many entries or messages too many, or this share of its bytes.
local SLACK = 32
local SLACK_BYTES = 1.02

-- Idempotency keys. Time is cut into periods. The keys of a period are in one of two buckets, those of the period before
-- in the other one, so each is known for one to two periods. The field "" of a bucket is its period. The value of a key is
-- twelve bytes: seq, tag and hash. Redis allocates more for longer ones.
local digest = ARGV[11]
local period = math.floor(now / ARGV[13])
local bucket, is_of = 6 + period % 2, nil
if digest ~= '' then
  for key = 6, 7 do
    local of, known = unpack(redis.call('HMGET', KEYS[key], '', digest))
    of = tonumber(of or 0)
    if key == bucket then is_of = of end
    -- A bucket of a later period holds keys from before Redis' clock was set back.
    if known and of >= period - 1 then
      local seq, tag = struct.unpack('>I5I4', known)
      if string.sub(known, 10) ~= ARGV[12] then return {'refused', 'conflict', 'key: already used for another command', ''} end
      local id = string.format('%.0f-%.0f', seq, tag)
      local entry = redis.call('XRANGE', KEYS[3], id, id)[1]
      return {'duplicate', id, entry and string.format('%.0f', envelope_of(entry).time) or ''}
    end
  end
  if is_of < period and redis.call('HLEN', KEYS[bucket]) > 1 then return {'full'} end
end

local kind = kind_of(ARGV[17])
local role, why = false, nil
if ARGV[16] ~= '' then
  role, why = role_of(2, kind, ARGV[14], ARGV[15])
  if not role then return {'refused', why, '', ''} end
  if not string.find(ARGV[16], ' ' .. role .. ' ', 1, true) then return {'refused', 'forbidden', '', ''} end
end

local head = head_of(room.head)
local code, reason, wait = check(role, kind, head.id)
if code == 'same' then return {'same', head.id, time_text} end
if code then return {'refused', code, reason or '', wait or ''} end

local prev = head.id
head.seq = head.seq + 1
local seq = string.format('%.0f', head.seq)
head.id = seq .. '-' .. ARGV[1]
if ARGV[2] == 'message' then
  head.n, head.m = head.n + 1, head.m + 1
end
local n = string.format('%.0f', head.n)
local envelope = table.concat({prev, ARGV[2], ARGV[3], time_text, n, string.format('%.0f', head.m), ARGV[4]}, ' ')
redis.call('XADD', KEYS[3], head.id, 'e', envelope)

local said = apply(head.id, head)
local kept = ARGV[6] .. '\n'
local body = amended and kept or kept .. ARGV[7]
redis.call('HSET', KEYS[4], seq, body)
head.bytes = head.bytes + #body + ENTRY_BYTES

if prev == '0-0' and KEYS[2] ~= KEYS[1] then
  -- A script for a slot that moves is refused if a key is missing. So these exist, even if they are empty.
  redis.call('HSET', KEYS[2], '', '')
  redis.call('ZADD', KEYS[5], 0, '')
  redis.call('HSET', KEYS[6], '', 0)
  redis.call('HSET', KEYS[7], '', 0)
end
if digest ~= '' then
  if is_of < period then redis.call('HSET', KEYS[bucket], '', string.format('%.0f', period)) end
  redis.call('HSET', KEYS[bucket], digest, struct.pack('>I5I4', head.seq, tonumber(ARGV[1])) .. ARGV[12])
end

local messages, events, bytes = tonumber(room.keep or ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
if head.m - head.low_m > messages + SLACK or head.seq - head.low_seq > events + SLACK
  or head.bytes > bytes * SLACK_BYTES then
  trim(head, messages, events, bytes, 0)
end
redis.call('HSET', KEYS[1], 'head', head_text(head))
if room.soon or not room.due then
  look_again(room.soon and now or now + math.min(room.keepMs or ARGV[19], ARGV[13]))
end

local json = table.concat({ARGV[5], ',"id":"', head.id, '","seq":', seq, ',"time":', time_text, ',"n":', n, kept,
  amended or ARGV[7]})
redis.call('PUBLISH', KEYS[1], head.id .. ' ' .. envelope .. ' ' .. json)
return {'ok', head.id, time_text, said or ''}
