-- The rule for adding or removing a user's reaction to a message. Runs after posting.lua and text.lua, before change.lua.
--
-- KEYS  those of append.lua
-- ARGV  4 id of the message
--       20 milliseconds between two events of one user in the long run   21 how many events they may send at once
--       22 bytes that they may send in a minute
--       23 the name of the reaction, escaped as a user id is   24 "1" to add it, empty to remove it
--       25 how many names a message may have   26 milliseconds between two events about one message
-- Returns nothing; defines check and apply. apply returns "<milliseconds until the event is due, or -> <the reactions as JSON>"
--
-- The index has an entry r<seq>:<name>:<user> for each reaction. The counts are computed from them. The field "<seq>c" of the
-- bodies has the changes that no event has told yet, a line "<+ or -> <name> <user>" for each; "!" if there were too many. The
-- index has y<seq> as long as there are some.

-- How many of the users of one reaction are named, and how many changes one event tells.
local NAMED = 10
local CHANGES = 50

local seq, extras, reactions, entry, changes

-- The JSON of the reactions of one name.
local function json_of(name, count, users)
  return table.concat({'{"name":', cjson.encode(name), ',"count":', string.format('%.0f', count), ',"users":',
    cjson.encode(users), '}'})
end

-- The reactions that the message has, as a list of {name, JSON}, in the order in which the names came.
local function parse(json)
  local list = {}
  if json == '' then return list end
  for i, one in ipairs(cjson.decode('{' .. string.sub(json, 2) .. '}').reactions) do
    list[i] = {name = one.name, json = json_of(one.name, one.count, one.users)}
  end
  return list
end

local function check(role)
  local code, why, wait = may_not_react(role)
  if code then return code, why, wait end
  local found = redis.call('XRANGE', KEYS[3], ARGV[4], ARGV[4])[1]
  if not found then return 'not_found', 'target: not in this room\'s log (any more)' end
  local message = envelope_of(found)
  if message.kind ~= 'message' then return 'not_found', 'target: is not a message' end
  seq = string.format('%.0f', message.seq)
  local body = redis.call('HGET', KEYS[4], seq) or ''
  if string.find(body, '\n,"deleted":', 1, true) then return 'not_found', 'target: was deleted' end

  extras = extras_of(seq)
  reactions = parse(extras.reactions)
  entry = table.concat({'r' .. index_seq(seq), ARGV[23], ARGV[14]}, ':')
  changes = (redis.call('ZSCORE', KEYS[5], entry) and '1' or '') ~= ARGV[24]
  if not changes then return end
  local name, known = unescaped(ARGV[23]), false
  for _, one in ipairs(reactions) do known = known or one.name == name end
  if not known and #reactions >= tonumber(ARGV[25]) then
    return 'limit_reached', 'name: the message has ' .. ARGV[25] .. ' different reactions'
  end
  if room.slowMs then return end -- slow mode is for messages
  return too_fast(role, tonumber(ARGV[20]), tonumber(ARGV[21]), tonumber(ARGV[22]), 0)
end

-- Counts the reactions of one name again, from the index. Returns the reactions of the message as JSON after a comma.
local function count(escaped)
  local of = table.concat({'r' .. index_seq(seq), escaped, ''}, ':')
  local from, to = '[' .. of, '(' .. string.sub(of, 1, -2) .. ';'
  local all = redis.call('ZLEXCOUNT', KEYS[5], from, to)
  local users = {}
  for i, one in ipairs(redis.call('ZRANGEBYLEX', KEYS[5], from, to, 'LIMIT', 0, NAMED)) do
    users[i] = unescaped(string.sub(one, #of + 1))
  end
  local name, list, known = unescaped(escaped), {}, false
  for _, one in ipairs(reactions) do
    if one.name ~= name then
      list[#list + 1] = one.json
    else
      known = true
      if all > 0 then list[#list + 1] = json_of(name, all, users) end
    end
  end
  if not known and all > 0 then list[#list + 1] = json_of(name, all, users) end
  return #list > 0 and ',"reactions":[' .. table.concat(list, ',') .. ']' or ''
end

-- Notes the change for the event that tells it.
local function note()
  local field = seq .. 'c'
  local noted = redis.call('HGET', KEYS[4], field) or ''
  if noted == '' then redis.call('ZADD', KEYS[5], 0, 'y' .. index_seq(seq)) end
  if noted == '!' then return end
  local _, lines = string.gsub(noted, '\n', '')
  local line = table.concat({ARGV[24] == '1' and '+' or '-', ARGV[23], ARGV[14]}, ' ') .. '\n'
  redis.call('HSET', KEYS[4], field, lines >= CHANGES and '!' or noted .. line)
end

local function apply(_, head)
  if not changes then
    return '- ' .. (extras.reactions == '' and ',"reactions":[]' or extras.reactions)
  end
  if not room.slowMs then posted() end
  if ARGV[24] == '1' then
    redis.call('ZADD', KEYS[5], 0, entry)
    head.bytes = head.bytes + INDEX_BYTES
  else
    redis.call('ZREM', KEYS[5], entry)
    head.bytes = math.max(0, head.bytes - INDEX_BYTES)
  end
  extras.reactions = count(ARGV[23])
  set_extras(seq, extras, head)
  note()
  -- The pod that asks writes the event. If it dies, the sweeper does.
  local pause = tonumber(ARGV[26])
  local wait = math.min(pause, math.max(0, tonumber(extras.told == '' and 0 or extras.told) + pause - now))
  look_again(math.min(tonumber(room.due or math.huge), now + wait + 1000))
  return string.format('%.0f ', wait) .. (extras.reactions == '' and ',"reactions":[]' or extras.reactions)
end
