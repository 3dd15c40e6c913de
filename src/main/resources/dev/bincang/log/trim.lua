-- Defines a function that removes the oldest entries of a log, with all that belongs to them. A part: it runs after
-- role.lua and head.lua, before the scripts that trim.
--
-- KEYS  3 the log   4 the bodies   5 the index
-- ARGV  none
-- Returns nothing; defines trim and ENTRY_BYTES

-- One step removes at most this many entries, so that it takes less than a millisecond.
local STEP = 64
-- What an entry takes beside its body, in bytes: the envelope, and the overhead of the stream and of the hash.
local ENTRY_BYTES = 160

-- Removes entries while the log has too much, at most STEP of them. Changes `head`; the caller stores it.
-- messages, events: how many may stay   bytes: how many the log may take   oldest: the time, in milliseconds since 1970,
-- before which entries are too old
-- Returns the number of entries removed, and the oldest entry that stays or nil.
local function trim(head, messages, events, bytes, oldest)
  local entries = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', STEP + 1)
  local removed, fields = 0, {}
  local stays, n
  for _, entry in ipairs(entries) do
    local e = envelope_of(entry)
    local enough = head.m - head.low_m <= messages and head.seq - head.low_seq <= events and head.bytes <= bytes
      and e.time >= oldest
    if enough or removed == STEP then stays = e; break end
    local seq = string.format('%.0f', e.seq)
    local size = redis.call('HSTRLEN', KEYS[4], seq)
    fields[#fields + 1] = seq
    if e.kind == 'message' then -- its old versions go too; room.versions only spares calls in a room that has none
      fields[#fields + 1] = seq .. 'v'
      if room.versions then size = size + redis.call('HSTRLEN', KEYS[4], seq .. 'v') end
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
    end
  end
  return removed, stays
end
