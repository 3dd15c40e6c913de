-- Defines functions that read and move the marks of a room's members, and count what they have not read. A part: it runs
-- after role.lua and head.lua, before the scripts that need them.
--
-- KEYS  those of append.lua for new_message; the other functions get their keys as arguments
-- ARGV  none
-- Returns nothing; defines seq_of, event_at, set_mark, store_mark, mark_of, unread_of, mentions_of, last_message and
--         new_message
--
-- The value of a member in the hash of marks is "<id> <n> <receipt id> <receipt n>". The mark is the event up to which
-- they have read. The receipt is what others may see; it never moves back. N is the number of messages in the main view
-- up to that event. The field with the empty name keeps the key in existence.
--
-- The field lastMessage of the room's hash is "<seq> <time>" of the newest message in the main view.

-- The number of mentions after a mark that a script looks at, for each of the user and all.
local MENTIONS = 100
-- The number of newest entries in which a script looks for the last message, if lastMessage is missing.
local LOOK_BACK = 32

-- The seq in an id.
local function seq_of(id)
  return tonumber(string.match(id, '^%d+'))
end

-- Whether an entry is a message in the main view.
local function is_message(entry)
  return entry.kind == 'message' and not entry.aside
end

-- The oldest entry of a log, or nil.
local function first_of(log)
  local first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  return first and envelope_of(first)
end

-- The n before an entry.
local function n_before(entry)
  return is_message(entry) and entry.n - 1 or entry.n
end

-- Returns the entry with an id; for an event that was trimmed, the oldest entry. Returns nil if the log has neither.
local function event_at(log, id, head)
  local seq = seq_of(id)
  if seq == 0 then return nil end
  if seq <= head.low_seq then return first_of(log) end
  local found = redis.call('XRANGE', log, id, id)[1]
  return found and envelope_of(found)
end

-- Stores a mark and its receipt. Each is {id, seq, n}.
local function store_mark(marks, who, mark, receipt)
  redis.call('HSET', marks, '', '', who,
    string.format('%s %.0f %s %.0f', mark.id, mark.n, receipt.id, receipt.n))
end

-- Moves a member's mark and receipt to the newest event.
local function set_mark(marks, who, id, n)
  local newest = { id = id, n = n }
  store_mark(marks, who, newest, newest)
end

-- Returns a member's mark and receipt, or the event that made them a member if that is later or nothing is stored. What
-- was said before it never counts. An event that the log has lost counts as the head.
-- since: the id of the event that made them a member
-- The third result is true if this is not what is stored.
local function mark_of(marks, log, who, since, head)
  local text = redis.call('HGET', marks, who)
  local mark, receipt
  if text then
    local id, n, receipt_id, receipt_n = string.match(text, '^(%S+) (%S+) (%S+) (%S+)')
    mark = { id = id, seq = seq_of(id), n = tonumber(n) }
    receipt = { id = receipt_id, seq = seq_of(receipt_id), n = tonumber(receipt_n) }
  end
  local start, other = seq_of(since), false
  if not mark or mark.seq < start then
    local found = redis.call('XRANGE', log, since, since)[1]
    mark = { id = since, seq = start, n = found and envelope_of(found).n or head.n }
    if not receipt or receipt.seq < start then receipt = mark end
    other = true
  end
  local newest = { id = head.id, seq = head.seq, n = head.n }
  if mark.seq > head.seq then mark, other = newest, true end
  if receipt.seq > head.seq then receipt, other = newest, true end
  if mark.seq <= head.low_seq then -- trimmed messages can be read no more, so they do not count
    local first = first_of(log)
    mark = { id = mark.id, seq = mark.seq, n = first and n_before(first) or head.n }
  end
  return mark, receipt, other
end

-- The number of messages in the main view after the mark, without deleted ones.
local function unread_of(index, mark, head)
  if head.n <= mark.n then return 0 end
  local deleted = redis.call('ZLEXCOUNT', index, string.format('(d%015.0f', mark.n), '(e')
  return math.max(0, head.n - mark.n - deleted)
end

-- The number of mentions of the user by others after the mark, at most MENTIONS.
local function mentions_of(index, who, mark, head)
  if head.seq <= mark.seq then return 0 end
  local count = 0
  for _, whom in ipairs({who, '*'}) do
    local from = string.format('[m%s:%015.0f', whom, mark.seq + 1)
    for _, entry in ipairs(redis.call('ZRANGEBYLEX', index, from, '(m' .. whom .. ';', 'LIMIT', 0, MENTIONS)) do
      if string.match(entry, '[^:]*$') ~= who then count = count + 1 end
    end
  end
  return math.min(count, MENTIONS)
end

-- The seq and the time of the last message in the main view; nil if none is known. Reads the room that look has read.
local function last_message(log, head)
  if head.n == 0 then return nil end
  if room.lastMessage then
    local seq, time = string.match(room.lastMessage, '^(%S+) (%S+)')
    return tonumber(seq), tonumber(time)
  end
  for _, entry in ipairs(redis.call('XREVRANGE', log, '+', '-', 'COUNT', LOOK_BACK)) do
    local e = envelope_of(entry)
    if is_message(e) then return e.seq, e.time end
  end
end

-- Notes a new message in the main view. Its author has read everything up to it. append.lua stores room.newMessage together
-- with the head.
local function new_message(who, id, head)
  if me.role then set_mark(KEYS[9], who, id, head.n) end
  room.newMessage = string.format('%.0f %s', head.seq, time_text)
end
