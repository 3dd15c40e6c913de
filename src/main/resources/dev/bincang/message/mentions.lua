-- Defines functions that keep who is mentioned in a message. A part: it runs after extras.lua, before the rules that post or
-- amend.
--
-- KEYS  those of append.lua
-- ARGV  none; the functions get the place of the first of these arguments: the roles that may mention all, "1" to mention all,
--       then for each mentioned user the id, escaped, and the id as JSON
-- Returns nothing; defines take_mentions, mentions_json, not_mentioned, add_mentions and remove_mentions
--
-- The index has an entry m<user>:<seq>:<author> for each mention, with * instead of a user for a mention of all. The field
-- "<seq>m" of the bodies has the users of a message, with a space between two.

local mentioned, ids, left_out = {}, {}, {}

-- Decides who is mentioned. Those who cannot read the room are left out. Returns nothing, or a refusal.
local function take_mentions(at, role, kind)
  local all = ARGV[at + 1] == '1'
  if all and not string.find(ARGV[at], ' ' .. role .. ' ', 1, true) then
    return 'forbidden', 'mentionAll: your role in this room does not allow it'
  end
  local users = {}
  for i = at + 2, #ARGV, 2 do users[#users + 1] = ARGV[i] end
  if #users > 0 then
    for i, text in ipairs(redis.call('HMGET', KEYS[2], unpack(users))) do
      local state, banned = string.match(text or '', '^(%S+)'), string.match(text or '', '^%S+ %S+ %S+ %S+ %S+ (%S+)')
      local reads = state and state ~= '-' or kind == 'public'
      if reads and tonumber(banned or 0) <= now then
        mentioned[#mentioned + 1] = users[i]
        ids[#ids + 1] = ARGV[at + 1 + 2 * i]
      else
        left_out[#left_out + 1] = users[i]
      end
    end
  end
  if all then mentioned[#mentioned + 1] = '*' end
end

-- The mentions as JSON after a comma; empty if there are none.
local function mentions_json()
  local json = #ids > 0 and ',"mentions":[' .. table.concat(ids, ',') .. ']' or ''
  return mentioned[#ids + 1] and json .. ',"mentionAll":true' or json
end

-- The users who were left out, with a space between two.
local function not_mentioned()
  return table.concat(left_out, ' ')
end

-- Stores the mentions of a message.
local function add_mentions(seq, author, head)
  if #mentioned == 0 then return end
  local entries = {}
  for _, user in ipairs(mentioned) do
    entries[#entries + 1] = 0
    entries[#entries + 1] = table.concat({'m' .. user, index_seq(seq), author}, ':')
  end
  redis.call('ZADD', KEYS[5], unpack(entries))
  local text = table.concat(mentioned, ' ')
  redis.call('HSET', KEYS[4], string.format('%.0fm', seq), text)
  if not room.mentions then
    redis.call('HSET', KEYS[1], 'mentions', '1')
    room.mentions = '1'
  end
  head.bytes = head.bytes + #text + #mentioned * INDEX_BYTES
end

-- Removes the mentions of a message.
local function remove_mentions(seq, author, head)
  if not room.mentions then return end
  local field = string.format('%.0fm', seq)
  local text = redis.call('HGET', KEYS[4], field)
  if not text then return end
  local entries = {}
  for user in string.gmatch(text, '%S+') do
    entries[#entries + 1] = table.concat({'m' .. user, index_seq(seq), author}, ':')
  end
  redis.call('ZREM', KEYS[5], unpack(entries))
  redis.call('HDEL', KEYS[4], field)
  head.bytes = math.max(0, head.bytes - #text - #entries * INDEX_BYTES)
end
