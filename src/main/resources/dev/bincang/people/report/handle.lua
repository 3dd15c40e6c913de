-- Claims or resolves a report. Runs after role.lua. report.lua describes the value of a report, and the index.
--
-- KEYS  1 the room's hash   2 members   3 the index of the room's reports   4 the report
-- ARGV  1 "1" if a room that nobody made is public   2 the user who handles it, escaped   3 "1" if they are an admin
--       4 the roles that may, each with a space before and after   5 the id of the report   6 1 claim · 2 resolve
--       7 JSON: who handles it, and with which outcome   8 milliseconds to keep a report
-- Returns {"ok", id of the message, author}, {"same"} or {"refused", code, reason}
--
-- Only an admin may handle a report of their own message, or learn that there is one.

local role, more = role_of(2, kind_of(ARGV[1]), ARGV[2], ARGV[3])
if not role then return {'refused', more, ''} end
if not string.find(ARGV[4], ' ' .. role .. ' ', 1, true) then return {'refused', 'forbidden', ''} end

local value = redis.call('GET', KEYS[4])
local state, made, author, handler, said, handled, rest = string.match(value or '',
  '^(%d) (%d+) %d+ (%S+) (%S+)\n([^\n]*)\n([^\n]*)\n(.*)$')
if not state or (author == ARGV[2] and role ~= 'admin') then
  return {'refused', 'not_found', 'id: there is no such report'}
end
if state == ARGV[6] and handler == ARGV[2] and handled == ARGV[7] then return {'same'} end
if state == '2' then return {'refused', 'conflict', 'the report is resolved already'} end
if state == ARGV[6] then return {'refused', 'conflict', 'the report is claimed already'} end

local first = table.concat({ARGV[6], made, time_text, author, ARGV[2]}, ' ')
local now_is = table.concat({first, said, ARGV[7], rest}, '\n')
if ARGV[6] == '2' then
  redis.call('SET', KEYS[4], now_is, 'PX', ARGV[8])
else
  redis.call('SET', KEYS[4], now_is, 'KEEPTTL')
end
-- First the new entry: a set that is empty in between would be a key that was deleted.
redis.call('ZADD', KEYS[3], 0,
  ARGV[6] .. string.format('%015.0f', ARGV[6] == '2' and now or made) .. ARGV[5])
redis.call('ZREM', KEYS[3], state .. string.format('%015.0f', made) .. ARGV[5])
redis.call('PEXPIRE', KEYS[3], ARGV[8])
return {'ok', string.match(rest, '^%S+'), author}
