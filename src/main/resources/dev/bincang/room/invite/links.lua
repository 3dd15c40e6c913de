-- Defines functions that read a room's invitation links. A part: it runs after role.lua, before the scripts of links.
--
-- KEYS  1 the room's hash   2 its members   the last one: its links
-- ARGV  none; the functions get them
-- Returns nothing; defines LINKS, link_of, link_text, living_link, may_invite and role_to_manage
--
-- The hash of links has a field for each link: the digest of its secret. The value is "<id> <by> <role> <end> <uses left>": who
-- made it, "admin" if they did so as an admin and else "-", the time at which it ends in milliseconds since 1970, and "-"
-- instead of a number if it may be used any number of times. A later version may add words at the end. The field with the
-- empty name is only a placeholder, which keeps the key in existence as long as its last link is valid.

local LINKS = KEYS[#KEYS]

local function link_of(text)
  local id, by, role, ends, left = string.match(text, '^(%S+) (%S+) (%S+) (%S+) (%S+)')
  return { id = id, by = by, role = role, ends = tonumber(ends), left = left }
end

local function link_text(link)
  return string.format('%s %s %s %.0f %s', link.id, link.by, link.role, link.ends, link.left)
end

-- Returns whether the user who made the link may still invite. Nobody can take an admin's right in a room.
-- roles: those that may invite, each with a space before and after
local function may_invite(link, roles)
  local maker = state_of(2, link.by)
  return link.role == 'admin'
    or (maker.role and maker.banned <= now and string.find(roles, ' ' .. maker.role .. ' ', 1, true) ~= nil)
end

-- Returns the link with that digest, or nil if it admits nobody: it does not exist, has ended, or its maker may not invite
-- any more. A used-up link does not exist.
local function living_link(kind, digest, roles)
  local text = redis.call('HGET', LINKS, digest)
  local link = text and link_of(text)
  if link and kind and kind ~= 'direct' and link.ends > now and may_invite(link, roles) then return link end
end

-- Returns the user's role if they may manage the room's links, else false and the refusal. The arguments are those of the
-- script: the user, "1" for an admin, the roles that may, "1" if a room that nobody made is public.
local function role_to_manage(user, admin, roles, open)
  local kind = kind_of(open)
  local role, why = role_of(2, kind, user, admin)
  if not role then return false, {'refused', why, ''} end
  if not string.find(roles, ' ' .. role .. ' ', 1, true) then return false, {'refused', 'forbidden', ''} end
  if kind == 'direct' then return false, {'refused', 'forbidden', 'a direct room is its two users\''} end
  return role
end
