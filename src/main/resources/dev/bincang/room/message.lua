-- The append rule for posting a message. Runs after posting.lua and before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  14 milliseconds between two messages of one user in the long run   15 how many messages they may send at once
--       16 bytes that they may send in a minute
-- Returns nothing; defines check and apply

local function check(role)
  local code, why, wait = may_not_post(role)
  if code then return code, why, wait end
  return too_fast(role, tonumber(ARGV[14]), tonumber(ARGV[15]), tonumber(ARGV[16]), #ARGV[4] + #ARGV[5])
end

local function apply()
  posted()
end
