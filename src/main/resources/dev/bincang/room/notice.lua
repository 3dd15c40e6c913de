-- The append rule for a notice to a user. Runs before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  20 "1": append nothing; whoever causes the notice cannot tell, because it is the same call
-- Returns nothing; defines check and apply

local function check()
  if ARGV[20] == '1' then return 'same' end
end
local function apply() end
