-- The rule for telling a user something, for append.lua: nothing has to hold, and nothing else changes.

local function check() end
local function apply() end
