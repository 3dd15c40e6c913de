-- The append rule for pinning a message, or ending that. Runs before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  4 id of the message   20 "1" to pin it, empty to end that   21 how many messages a room may have pinned
--       22 JSON of the user who pins
-- Returns nothing; defines check and apply
--
-- The index has an entry p<seq> for each pinned message.

local seq, pin

local function check()
  local found = redis.call('XRANGE', KEYS[3], ARGV[4], ARGV[4])[1]
  if not found then return 'not_found', 'target: not in this room\'s log (any more)' end
  local message = envelope_of(found)
  if message.kind ~= 'message' then return 'not_found', 'target: is not a message' end
  seq = string.format('%.0f', message.seq)
  if string.find(redis.call('HGET', KEYS[4], seq) or '', '\n,"deleted":', 1, true) then
    return 'not_found', 'target: was deleted'
  end
  pin = 'p' .. index_seq(seq)
  if (redis.call('ZSCORE', KEYS[5], pin) and '1' or '') == ARGV[20] then return 'same' end
  if ARGV[20] == '1' and redis.call('ZLEXCOUNT', KEYS[5], '[p', '(q') >= tonumber(ARGV[21]) then
    return 'limit_reached', 'target: the room has ' .. ARGV[21] .. ' pinned messages'
  end
end

local function apply(_, head)
  local extras = extras_of(seq)
  if ARGV[20] == '1' then
    redis.call('ZADD', KEYS[5], 0, pin)
    extras.pinned = ',"pinned":{"by":' .. ARGV[22] .. ',"time":' .. time_text .. '}'
  else
    redis.call('ZREM', KEYS[5], pin)
    extras.pinned = ''
  end
  set_extras(seq, extras, head)
end
