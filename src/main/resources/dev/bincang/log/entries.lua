-- Defines a function that reads everything there is about entries of a log. A part: it runs after head.lua, before the
-- scripts that read.
--
-- KEYS  none; the function gets its keys as arguments
-- ARGV  none
-- Returns nothing; defines read_entries
--
-- A body is two parts of JSON with a line feed between them: the part that stays when the message is deleted, and the
-- rest as it is now. An edit or a deletion has no second part. A reader uses the second part of its message.
--
-- What others have added to a message (extras.lua) is read with it, as it is now: a message has its thread, reactions and
-- pin, an event about reactions has those of its message, and an event in a thread has the state of the thread.

local CHUNK = 16

-- Returns the lines of extras that belong to an event, as one text. own: the extras of the event's message   of_root: those of
-- the root of its thread
local function extras_for(e, own, of_root)
  local replies, reactions, pinned = string.match(own or '', '^([^\n]*)\n([^\n]*)\n([^\n]*)\n')
  if e.kind == 'reacted' then return (reactions or '') ~= '' and reactions or ',"reactions":[]' end
  local of_thread = e.root and string.match(of_root or '', '^[^\n]*') or ''
  if e.kind ~= 'message' or not replies then return of_thread end
  return replies .. of_thread .. reactions .. pinned
end

-- Returns what a reader needs of each entry: {id, envelope, body, the body of the event's target or "", extras or ""}. Returns
-- at least `always` + 1 entries, if there are that many. Then it stops before the bodies exceed `bytes`.
-- extras: whether any message of the room has extras
local function read_entries(bodies, entries, bytes, always, extras)
  local result, size = {}, 0
  for from = 1, #entries, CHUNK do
    local fields, envelopes = {}, {}
    for i = from, math.min(from + CHUNK - 1, #entries) do
      local e = envelope_of(entries[i])
      local seq = string.format('%.0f', e.seq)
      local target = string.match(e.target, '^%d+')
      fields[#fields + 1] = seq
      e.body = #fields
      if target and (e.kind == 'edited' or e.kind == 'deleted') then
        fields[#fields + 1] = target
        e.of = #fields
      end
      if extras and (e.kind == 'message' or e.kind == 'reacted') then
        fields[#fields + 1] = (target or seq) .. 'x'
        e.own = #fields
      end
      if extras and e.root then
        fields[#fields + 1] = string.match(e.root, '^%d+') .. 'x'
        e.of_root = #fields
      end
      envelopes[i] = e
    end
    local found = redis.call('HMGET', bodies, unpack(fields))
    for i = from, math.min(from + CHUNK - 1, #entries) do
      local e = envelopes[i]
      local body, target = found[e.body] or '', e.of and found[e.of] or ''
      local added = extras_for(e, e.own and found[e.own], e.of_root and found[e.of_root])
      size = size + #body + #target + #added
      if size > bytes and i > always + 1 then return result end
      result[i] = {entries[i][1], entries[i][2][2], body, target, added}
    end
  end
  return result
end
