-- The append rule for editing or deleting a message. Runs after posting.lua and before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  14 milliseconds between two events of one user in the long run   15 how many events they may send at once
--       16 bytes that they may send in a minute   17 id of the message
--       18 the roles that may change others' messages, each with a space before and after
--       19 the new text; empty: the message is deleted
-- Returns nothing; defines check and apply
--
-- An amendment is "<time> <text>" for an edited message, "<time>" for a deleted one.

local author

local function check(role)
  local entry = redis.call('XRANGE', KEYS[5], ARGV[17], ARGV[17])[1]
  if not entry then return 'not_found', 'target: not in this room\'s log (any more)' end
  local f = entry[2]
  if f[4] ~= 'message' then return 'not_found', 'target: is not a message' end
  author = f[6]
  if author ~= ARGV[9] and not string.find(ARGV[18], ' ' .. role .. ' ', 1, true) then
    return 'forbidden', 'target: is another\'s message'
  end

  local amended = redis.call('HGET', KEYS[8], ARGV[17])
  if amended and not string.find(amended, ' ', 1, true) then
    if ARGV[19] == '' then return 'same' end
    return 'not_found', 'target: was deleted'
  end
  if ARGV[19] ~= '' then
    local code, why, wait = may_not_post(role)
    if code then return code, why, wait end
  end
  -- A deletion counts no bytes, so a user who has sent too many bytes can still delete a message.
  local size = ARGV[19] == '' and 0 or #ARGV[4] + #ARGV[5]
  return too_fast(role, tonumber(ARGV[14]), tonumber(ARGV[15]), tonumber(ARGV[16]), size)
end

-- Returns the author of the message if another user amends it.
local function apply()
  posted()
  local text = ARGV[19] == '' and '' or ' ' .. ARGV[19]
  redis.call('HSET', KEYS[8], ARGV[17], string.format('%.0f', now) .. text)
  return author ~= ARGV[9] and author or nil
end
