-- The append rule for posting a message. Runs after posting.lua and before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  20 milliseconds between two messages of one user in the long run   21 how many messages they may send at once
--       22 bytes that they may send in a minute
-- Returns nothing; defines check and apply

local function check(role)
  local code, why, wait = may_not_post(role)
  if code then return code, why, wait end
  return too_fast(role, tonumber(ARGV[20]), tonumber(ARGV[21]), tonumber(ARGV[22]), #ARGV[5] + #ARGV[6] + #ARGV[7])
end

local function apply(id, head)
  posted()
  new_message(ARGV[14], id, head)
end
