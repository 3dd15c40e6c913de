-- Changes something in a room without an event. Runs after role.lua, head.lua, extras.lua and a rule.
--
-- KEYS  those of append.lua
-- ARGV  those of append.lua that say who acts (14 to 18) and on what (4); the others are empty   20… the rule's arguments
-- Returns {"ok", head, time, text from apply or ""}
--         {"refused", code, reason, milliseconds to wait or ""}
--
-- The rule defines check and apply as for append.lua. apply runs in each case in which check gives no refusal.

local kind = kind_of(ARGV[17])
local role, why = role_of(2, kind, ARGV[14], ARGV[15])
if not role then return {'refused', why, '', ''} end
if not string.find(ARGV[16], ' ' .. role .. ' ', 1, true) then return {'refused', 'forbidden', '', ''} end

local head = head_of(room.head)
local code, reason, wait = check(role, kind, head)
if code then return {'refused', code, reason or '', wait or ''} end
local said = apply(head.id, head)
if head.seq > 0 then redis.call('HSET', KEYS[1], 'head', head_text(head)) end
return {'ok', head.id, time_text, said or ''}
