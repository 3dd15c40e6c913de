-- Moves a member's mark and counts what is unread after it. Runs after role.lua, head.lua and mark.lua.
--
-- KEYS  1 the room's hash   2 members   3 log   4 index   5 the marks of the members
-- ARGV  1 "read": forward to an event, with the receipt; "unread": back, so that the event is the first unread one
--       2 the user, escaped   3 "1" if they are an admin   4 "1" if a room that nobody made is public
--       5 the event   6 the mark that the user knows, or empty
-- Returns {"ok", id of the mark, its n, unread, mentions} or {"refused", code, reason}

local role, why = role_of(2, kind_of(ARGV[4]), ARGV[2], ARGV[3])
if not role then return {'refused', why, ''} end
if not me.role then return {'refused', 'forbidden', 'only a member of the room has a mark'} end

local head = head_of(room.head)
local mark, receipt, moved = mark_of(KEYS[5], KEYS[3], ARGV[2], me.since, head)
if ARGV[6] ~= '' and ARGV[6] ~= mark.id then return {'refused', 'conflict', 'known: the mark has moved since'} end

local event = event_at(KEYS[3], ARGV[5], head)
if not event then
  return {'refused', 'not_found', (ARGV[1] == 'read' and 'upTo' or 'from') .. ': not in this room\'s log'}
end

if ARGV[1] == 'read' then
  if event.seq > mark.seq then mark, moved = event, true end
  if event.seq > receipt.seq then receipt, moved = event, true end
else
  local before = { id = event.prev, seq = seq_of(event.prev), n = n_before(event) }
  if before.seq < seq_of(me.since) then -- the event that made them a member is in the log, because an older one is
    before = event_at(KEYS[3], me.since, head) or mark
  end
  if before.seq < mark.seq then mark, moved = before, true end
end
if moved then store_mark(KEYS[5], ARGV[2], mark, receipt) end
return {'ok', mark.id, mark.n, unread_of(KEYS[4], mark, head), mentions_of(KEYS[4], ARGV[2], mark, head)}
