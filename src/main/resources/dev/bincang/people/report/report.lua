-- Stores a report of a message, with a copy of the message. Runs after role.lua and head.lua.
--
-- KEYS  1 the room's hash   2 members   3 log   4 bodies   5 the index of the room's reports   6 the report
-- ARGV  1 "1" if a room that nobody made is public   2 the user who reports, escaped   3 "1" if they are an admin
--       4 the roles that may report, each with a space before and after   5 the id of the message
--       6 the id of the report; its first six characters are the same for all reports of the user
--       7 JSON: who reports, and why   8 most reports of a room   9 most reports of the user in the room that are not resolved
--       10 milliseconds to keep a report
-- Returns {"ok", id of a report that this one replaces or "", id of the message, envelope, body}
--         {"duplicate"}: the user has reported the message before
--         {"refused", code, reason}
--
-- The index has "<state><time><id>" for each report, all with score 0: state is 0 open, 1 claimed, 2 resolved; time has 15
-- digits and is when the report was made or resolved. A report expires by itself, and its entry here then says nothing.
--
-- The value of a report has six lines: "<state> <made> <changed> <author> <handler or ->", ARGV[7], the JSON of handle.lua or
-- nothing, "<id of the message> <envelope>", and the message's body, which is two lines.

local PREFIX = 6
local ID_AT = 17 -- where an entry of the index has the id

local function not_found() return {'refused', 'not_found', 'target: not in this room\'s log (any more)'} end

local role, more = role_of(2, kind_of(ARGV[1]), ARGV[2], ARGV[3])
if not role then return {'refused', more, ''} end
if not string.find(ARGV[4], ' ' .. role .. ' ', 1, true) then return {'refused', 'forbidden', ''} end
if redis.call('EXISTS', KEYS[6]) == 1 then return {'duplicate'} end

local entry = redis.call('XRANGE', KEYS[3], ARGV[5], ARGV[5])[1]
local message = entry and envelope_of(entry)
if not message or message.kind ~= 'message' then return not_found() end
if role ~= 'admin' and room.history == 'joined' then
  local from = more or string.match(room.head or '0-0', '^%S+')
  if message.seq <= tonumber(string.match(from, '^%d+')) then return not_found() end
end
local body = redis.call('HGET', KEYS[4], string.format('%.0f', message.seq)) or '\n}'
if string.find(body, '\n,"deleted":', 1, true) then return {'refused', 'not_found', 'target: was deleted'} end
if message.about == ARGV[2] then return {'refused', 'forbidden', 'target: is your own message'} end

local function oldest(state) return string.format('%d%015.0f', state, now - ARGV[10]) end -- what is older has expired

local reports, unresolved = 0, 0
for state = 0, 2 do
  local some = redis.call('ZRANGEBYLEX', KEYS[5], '[' .. oldest(state), '(' .. state + 1)
  reports = reports + #some
  for _, each in ipairs(some) do
    local own = string.sub(each, ID_AT, ID_AT + PREFIX - 1) == string.sub(ARGV[6], 1, PREFIX)
    if own and state < 2 then unresolved = unresolved + 1 end
  end
end
if unresolved >= tonumber(ARGV[9]) then
  return {'refused', 'limit_reached', 'you have too many reports in this room that nobody has resolved yet'}
end
local replaced
if reports >= tonumber(ARGV[8]) then
  replaced = redis.call('ZRANGEBYLEX', KEYS[5], '[' .. oldest(2), '(3', 'LIMIT', 0, 1)[1]
  if not replaced then
    return {'refused', 'limit_reached', 'the room has too many reports that nobody has resolved yet'}
  end
end

local first = table.concat({'0', time_text, time_text, message.about, '-'}, ' ')
local value = table.concat({first, ARGV[7], '', entry[1] .. ' ' .. entry[2][2], body}, '\n')
redis.call('SET', KEYS[6], value, 'PX', ARGV[10])
redis.call('ZADD', KEYS[5], 0, string.format('0%015.0f', now) .. ARGV[6])
-- Only now: a set that is empty in between would be a key that was deleted.
if replaced then redis.call('ZREM', KEYS[5], replaced) end
for state = 0, 2 do redis.call('ZREMRANGEBYLEX', KEYS[5], '[' .. state, '(' .. oldest(state)) end
redis.call('PEXPIRE', KEYS[5], ARGV[10])
return {'ok', replaced and string.sub(replaced, ID_AT) or '', entry[1], entry[2][2], body}
