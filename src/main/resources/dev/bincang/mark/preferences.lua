-- Changes a user's own settings of a room.
--
-- KEYS  1 user:{U}:prefs
-- ARGV  1 room   2 pinned: "1" or "0"   3 muted until: milliseconds since 1970, or 0   4 archived: "1" or "0"
--       5 notify: all · mentions · none; an empty one of these stays as it is   6 most rooms that may have settings
-- Returns "<pinned> <muted until> <archived> <notify>", as stored for a room, or nil if too many rooms have settings
--
-- A room without a field has the defaults.

local DEFAULT = '0 0 0 all'

local old = redis.call('HGET', KEYS[1], ARGV[1])
local words = {}
for word in string.gmatch(old or DEFAULT, '%S+') do words[#words + 1] = word end
for i = 1, 4 do
  if ARGV[1 + i] ~= '' then words[i] = ARGV[1 + i] end
end
local new = table.concat(words, ' ')
if new == DEFAULT then
  if old then redis.call('HDEL', KEYS[1], ARGV[1]) end
else
  if not old and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[6]) then return false end
  redis.call('HSET', KEYS[1], ARGV[1], new)
end
return new
