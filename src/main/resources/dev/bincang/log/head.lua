-- Defines functions that read and write the end of a room's log. A part: it runs before the scripts that append or trim.
--
-- KEYS  those of append.lua
-- ARGV  none
-- Returns nothing; defines head_of, head_text, envelope_of, amended, second, extra, thread and look_again
--
-- The field head of the room's hash is "<id> <n> <m> <bytes> <low seq> <low m>": the id of the newest event, the number of
-- messages that the room's main view has had (n), the number of all its messages (m), about the bytes that the log takes,
-- and the seq and m of the newest event that was trimmed.
--
-- An entry of the log has one field, e, the envelope: "<previous id> <kind> <about> <time> <n> <m> <target or ->", and for an
-- event in a thread " <the root's id>", with "+" at the end if its message is in the main view too. A later version may add
-- words at its end. The envelope never changes, and it has no text that a user wrote.

-- Reads an envelope.
local function envelope_of(entry)
  local prev, kind, about, time, n, m, target, thread = string.match(entry[2][2],
    '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) ?(%S*)')
  return { id = entry[1], seq = tonumber(string.match(entry[1], '^%d+')), prev = prev, kind = kind, about = about,
    time = tonumber(time), n = tonumber(n), m = tonumber(m), target = target,
    root = string.match(thread, '^%d+%-%d+'), thread = thread, aside = string.match(thread, '%d$') ~= nil }
end

-- Parses the head from `text`, the field head of the room's hash. If the field is missing, rebuilds the head from the log.
local function head_of(text)
  local head = {}
  if text then
    local id, n, m, bytes, low_seq, low_m = string.match(text, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+)$')
    return { id = id, seq = tonumber(string.match(id, '^%d+')), n = tonumber(n), m = tonumber(m),
      bytes = tonumber(bytes), low_seq = tonumber(low_seq), low_m = tonumber(low_m) }
  end
  local none = { id = '0-0', seq = 0, n = 0, m = 0, bytes = 0, low_seq = 0, low_m = 0 }
  local last = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)[1]
  if not last then
    if redis.call('EXISTS', KEYS[3]) == 0 then return none end
    local info = redis.call('XINFO', 'STREAM', KEYS[3])
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' then none.id = info[i + 1] end
    end
    none.seq = tonumber(string.match(none.id, '^%d+'))
    none.low_seq = none.seq
    return none
  end
  local newest = envelope_of(last)
  local oldest = envelope_of(redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', 1)[1])
  return { id = newest.id, seq = newest.seq, n = newest.n, m = newest.m, bytes = 0,
    low_seq = oldest.seq - 1, low_m = oldest.kind == 'message' and oldest.m - 1 or oldest.m }
end

-- The text of a head as the room's hash holds it.
local function head_text(head)
  return string.format('%s %.0f %.0f %.0f %.0f %.0f', head.id, head.n, head.m, head.bytes, head.low_seq, head.low_m)
end

-- A rule may set these; append.lua explains them.
local amended, second, extra, thread

-- Sets the time, in milliseconds since 1970, at which the sweeper looks at the room again. KEYS[8] holds these times for all rooms of the bucket.
local function look_again(due)
  local text = string.format('%.0f', due)
  redis.call('ZADD', KEYS[8], text, ARGV[18])
  redis.call('HSET', KEYS[1], 'due', text)
end
