-- The append rule for a notice to a user: nothing else must hold, and nothing else changes. Runs before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  none of its own
-- Returns nothing; defines check and apply

local function check() end
local function apply() end
