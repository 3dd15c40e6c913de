-- Reads what the holder of an invitation link may know. Runs after role.lua and links.lua.
--
-- KEYS  those of links.lua
-- ARGV  1 the user who holds it, escaped   2 "1" if a room that nobody made is public   3 the digest of its secret
--       4 the roles that may invite, each with a space before and after
-- Returns {"1" if the user is a member of the room else "0", name or "", number of members, who made the link, its id}, or
--         {"1" or "0"} if the link admits nobody or the user is banned
--
-- The calls to Redis are the same for an unknown secret, a private room, and a room that does not exist.

local kind = kind_of(ARGV[2])
local user = state_of(2, ARGV[1])
local link = living_link(kind, ARGV[3], ARGV[4])
local member = kind and user.role and '1' or '0'
if not link or user.banned > now then return {member} end
return {member, room.name or '', tonumber(room.members or 0), link.by, link.id}
