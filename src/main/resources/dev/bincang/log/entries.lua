-- Defines a function that reads everything there is about entries of a log. A part: it runs after head.lua, before the
-- scripts that read.
--
-- KEYS  none; the function gets its keys as arguments
-- ARGV  none
-- Returns nothing; defines read_entries
--
-- A body is two parts of JSON with a line feed between them: the part that stays when the message is deleted, and the
-- rest as it is now. An edit or a deletion has no second part. A reader uses the second part of its message.

local CHUNK = 16

-- Returns what a reader needs of each entry: {id, envelope, body, the body of the event's target or ""}. Returns at least
-- `always` + 1 entries, if there are that many. Then it stops before the bodies exceed `bytes`.
local function read_entries(bodies, entries, bytes, always)
  local result, size = {}, 0
  for from = 1, #entries, CHUNK do
    local seqs, of = {}, {}
    for i = from, math.min(from + CHUNK - 1, #entries) do
      local e = envelope_of(entries[i])
      seqs[#seqs + 1] = string.format('%.0f', e.seq)
      if e.kind == 'edited' or e.kind == 'deleted' then
        seqs[#seqs + 1] = string.match(e.target, '^%d+')
        of[i] = #seqs
      end
    end
    local found, at = redis.call('HMGET', bodies, unpack(seqs)), 0
    for i = from, math.min(from + CHUNK - 1, #entries) do
      at = at + 1
      local body, target = found[at] or '', ''
      if of[i] then
        at = at + 1
        target = found[at] or ''
      end
      size = size + #body + #target
      if size > bytes and i > always + 1 then return result end
      result[i] = {entries[i][1], entries[i][2][2], body, target}
    end
  end
  return result
end
