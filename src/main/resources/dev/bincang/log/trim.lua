-- Defines a function that removes the oldest entries of a log, with all that belongs to them. A part: it runs after
-- role.lua, head.lua and extras.lua, before the scripts that trim.
--
-- KEYS  3 the log   4 the bodies   5 the index
-- ARGV  none
-- Returns nothing; defines trim, forget_reactions and ENTRY_BYTES

-- One step removes at most this many entries, so that it takes less than a millisecond.
local STEP = 64
-- One step removes about this many entries of the index.
local SOME = 256
-- What an entry takes beside its body, in bytes: the envelope, and the overhead of the stream and of the hash.
local ENTRY_BYTES = 160

-- Removes some of the reactions to messages that were deleted or trimmed. Changes `head`; the caller stores it. Returns whether
-- there is more to remove.
local function forget_reactions(head)
  if not room.extras or KEYS[5] == KEYS[1] then return false end
  local upto = index_seq(head.low_seq + 1)
  redis.call('ZREMRANGEBYLEX', KEYS[5], '[z', '(z' .. upto)
  local gone = redis.call('ZRANGEBYLEX', KEYS[5], '[r', '(r' .. upto, 'LIMIT', 0, SOME)
  local deleted = redis.call('ZRANGEBYLEX', KEYS[5], '[z', '({', 'LIMIT', 0, 1)[1]
  if #gone < SOME and deleted then
    local of = 'r' .. string.sub(deleted, 2)
    for _, entry in ipairs(redis.call('ZRANGEBYLEX', KEYS[5], '[' .. of .. ':', '(' .. of .. ';', 'LIMIT', 0, SOME - #gone)) do
      gone[#gone + 1] = entry
    end
    if #gone < SOME then gone[#gone + 1] = deleted end
  end
  if #gone > 0 then
    redis.call('ZREM', KEYS[5], unpack(gone))
    head.bytes = math.max(0, head.bytes - #gone * INDEX_BYTES)
  end
  return #gone >= SOME or deleted ~= nil
end

-- Adds to `gone` what the index has of a message: its place in a thread, and its mentions.
local function add_indexed(gone, e, seq)
  if e.root then
    gone[#gone + 1] = table.concat({'t' .. index_seq(string.match(e.root, '^%d+')), index_seq(e.seq), e.about}, ':')
  end
  if room.mentions then
    for user in string.gmatch(redis.call('HGET', KEYS[4], seq .. 'm') or '', '%S+') do
      gone[#gone + 1] = table.concat({'m' .. user, index_seq(e.seq), e.about}, ':')
    end
  end
end

-- Removes entries while the log has too much, at most STEP of them. Changes `head`; the caller stores it.
-- messages, events: how many may stay   bytes: how many the log may take   oldest: the time, in milliseconds since 1970,
-- before which entries are too old
-- Returns the number of entries removed, and the oldest entry that stays or nil.
local function trim(head, messages, events, bytes, oldest)
  local entries = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', STEP + 1)
  local removed, fields, gone = 0, {}, {}
  local stays, n
  for _, entry in ipairs(entries) do
    local e = envelope_of(entry)
    local enough = head.m - head.low_m <= messages and head.seq - head.low_seq <= events and head.bytes <= bytes
      and e.time >= oldest
    if enough or removed == STEP or #gone > SOME then stays = e; break end
    local seq = string.format('%.0f', e.seq)
    local size = redis.call('HSTRLEN', KEYS[4], seq)
    fields[#fields + 1] = seq
    if e.kind == 'message' then -- room.versions, extras and mentions only spare calls in a room that has none
      fields[#fields + 1] = seq .. 'v'
      if room.versions then size = size + redis.call('HSTRLEN', KEYS[4], seq .. 'v') end
      if room.extras then
        fields[#fields + 1] = seq .. 'x'
        fields[#fields + 1] = seq .. 'c'
        size = size + redis.call('HSTRLEN', KEYS[4], seq .. 'x')
      end
      if room.mentions then
        fields[#fields + 1] = seq .. 'm'
        size = size + redis.call('HSTRLEN', KEYS[4], seq .. 'm')
      end
      add_indexed(gone, e, seq)
    end
    head.bytes = math.max(0, head.bytes - ENTRY_BYTES - size)
    head.low_seq, head.low_m, n = e.seq, e.m, e.n
    removed = removed + 1
  end
  if removed > 0 then
    redis.call('XTRIM', KEYS[3], 'MINID', string.format('%.0f-0', head.low_seq + 1))
    redis.call('HDEL', KEYS[4], unpack(fields))
    if KEYS[5] ~= KEYS[1] then
      redis.call('ZREMRANGEBYLEX', KEYS[5], '[d', string.format('[d%015.0f', n))
      if #gone > 0 then
        redis.call('ZREM', KEYS[5], unpack(gone))
        head.bytes = math.max(0, head.bytes - #gone * INDEX_BYTES)
      end
      if room.extras then redis.call('ZREMRANGEBYLEX', KEYS[5], '[p', '(p' .. index_seq(head.low_seq + 1)) end
    end
  end
  return removed, stays
end
