-- The rule for editing or deleting a message, for append.lua; behind posting.lua.
--
-- ARGV  13 milliseconds between two events of one user in the long run   14 how many he may send at once
--       15 the message   16 the roles that may do it to others' messages, each between spaces
--       17 its new text; empty: it is deleted
--
-- What was amended is "<time> <text>", or "<time>" of what was deleted.

local author

local function check(role)
  local entry = redis.call('XRANGE', KEYS[5], ARGV[15], ARGV[15])[1]
  if not entry then return 'not_found', 'target: not in this room\'s log (any more)' end
  local f = entry[2]
  if f[4] ~= 'message' then return 'not_found', 'target: is no message' end
  author = f[6]
  if author ~= ARGV[9] and not string.find(ARGV[16], ' ' .. role .. ' ', 1, true) then
    return 'forbidden', 'target: is another\'s message'
  end

  local amended = redis.call('HGET', KEYS[8], ARGV[15])
  if amended and not string.find(amended, ' ', 1, true) then
    if ARGV[17] == '' then return 'same' end
    return 'not_found', 'target: was deleted'
  end
  if ARGV[17] ~= '' then
    local code, why, wait = may_not_post(role)
    if code then return code, why, wait end
  end
  return too_fast(role, tonumber(ARGV[13]), tonumber(ARGV[14]))
end

-- Says whose it was, if another's.
local function apply()
  posted()
  local text = ARGV[17] == '' and '' or ' ' .. ARGV[17]
  redis.call('HSET', KEYS[8], ARGV[15], string.format('%.0f', now) .. text)
  return author ~= ARGV[9] and author or nil
end
