-- The rule for posting a message, for append.lua; behind posting.lua.
--
-- ARGV  13 milliseconds between two messages of one user in the long run   14 how many he may send at once

local function check(role)
  local code, why, wait = may_not_post(role)
  if code then return code, why, wait end
  return too_fast(role, tonumber(ARGV[13]), tonumber(ARGV[14]))
end

local function apply()
  posted()
end
