-- Defines functions that read and write what others have added to a message: its thread, its reactions and its pin. A part: it
-- runs after head.lua.
--
-- KEYS  those of append.lua
-- ARGV  none
-- Returns nothing; defines extras_of, set_extras, index_seq and INDEX_BYTES
--
-- The field "<seq>x" of the bodies has four lines, each empty or JSON that begins with a comma: the state of the thread whose
-- root the message is, its reactions, its pin; and the time of the last event about its reactions, a number. Each is computed
-- from the index. The field extras of the room's hash only spares calls in a room that has none.

-- What an entry of the index takes, in bytes.
local INDEX_BYTES = 100

-- A seq as the index holds it: its order is that of the numbers.
local function index_seq(seq)
  return string.format('%015.0f', seq)
end

-- Reads the extras of a message.
local function extras_of(seq)
  local text = redis.call('HGET', KEYS[4], seq .. 'x') or ''
  local replies, reactions, pinned, told = string.match(text, '^([^\n]*)\n([^\n]*)\n([^\n]*)\n(%d*)$')
  return { size = #text, replies = replies or '', reactions = reactions or '', pinned = pinned or '', told = told or '' }
end

-- Stores the extras of a message. Counts their bytes in head.
local function set_extras(seq, extras, head)
  local text = table.concat({extras.replies, extras.reactions, extras.pinned, extras.told}, '\n')
  if text == '\n\n\n' then
    redis.call('HDEL', KEYS[4], seq .. 'x')
    text = ''
  else
    redis.call('HSET', KEYS[4], seq .. 'x', text)
    if not room.extras then
      redis.call('HSET', KEYS[1], 'extras', '1')
      room.extras = '1'
    end
  end
  head.bytes = math.max(0, head.bytes + #text - extras.size)
end
