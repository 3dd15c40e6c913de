-- The append rule for the event that tells the changes of a message's reactions since the last such event. Runs after text.lua
-- and before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  4 id of the message
-- Returns nothing; defines check and apply, sets second and extra

local seq, noted

local function check()
  seq = string.match(ARGV[4], '^%d+')
  noted = redis.call('HGET', KEYS[4], seq .. 'c')
  if not noted then return 'same' end
  if noted == '!' then
    second = ',"refetch":true}'
    return
  end
  local list = {}
  for sign, name, user in string.gmatch(noted, '([+-]) (%S+) (%S+)\n') do
    list[#list + 1] = table.concat({'{"user":', json_text(user), ',"name":', json_text(name), ',"on":',
      sign == '+' and 'true' or 'false', '}'})
  end
  second = ',"changes":[' .. table.concat(list, ',') .. ']}'
end

local function apply(_, head)
  redis.call('HDEL', KEYS[4], seq .. 'c')
  redis.call('ZREM', KEYS[5], 'y' .. index_seq(seq))
  local extras = extras_of(seq)
  extras.told = time_text
  set_extras(seq, extras, head)
  extra = extras.reactions == '' and ',"reactions":[]' or extras.reactions
end
