-- Reads a page of a room's log in either direction. The page is in the log's order, oldest first. Runs after head.lua and
-- entries.lua.
--
-- KEYS  1 the room's hash   2 not used   3 the log   4 the bodies
-- ARGV  1 an id that the log must have, or empty   2 "older" or "newer"
--       3 where reading begins   4 where it ends; both as XRANGE takes them
--       5 most entries   6 most bytes of JSON (at least one entry is returned, if any)
--       7 "1" if only messages count   8 most entries to look at
-- Returns {"1" if the log has the id or none was given else "0", next, entry, …}; next is the id from which the reading goes
--         on, "" if there is nothing more; each entry is {id, envelope, body, the body of its target or "", extras or ""}

local position, older, begin, limit = ARGV[1], ARGV[2] == 'older', ARGV[3], ARGV[4]
local most, messages, looks = tonumber(ARGV[5]), ARGV[7] == '1', tonumber(ARGV[8])

if position ~= '' and not redis.call('XRANGE', KEYS[3], position, position)[1] then
  -- The head is a position even if the log has been trimmed to nothing: there is nothing newer.
  local head = head_of(redis.call('HGET', KEYS[1], 'head'))
  if older or head.id ~= position then return {'0', ''} end
end

local found, looked, last, more = {}, 0, position, false
repeat
  local count = math.min(math.max(most + 1 - #found, messages and 64 or 0), looks - looked)
  local some = redis.call(older and 'XREVRANGE' or 'XRANGE', KEYS[3], begin, limit, 'COUNT', count)
  for _, entry in ipairs(some) do
    if not messages or envelope_of(entry).kind == 'message' then
      more = #found == most
      if more then break end
      found[#found + 1] = entry
    end
    last = entry[1]
  end
  looked = looked + #some
  local exhausted = #some < count
  more = more or (looked >= looks and not exhausted)
  begin = '(' .. last
until more or exhausted

local page = read_entries(KEYS[4], found, tonumber(ARGV[6]), 0, redis.call('HGET', KEYS[1], 'extras'))
local result = {'1', (#page < #found and page[#page][1]) or (more and last) or ''}
for i = 1, #page do result[2 + i] = page[older and #page + 1 - i or i] end
return result
