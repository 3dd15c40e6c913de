-- The append rule for becoming a member by an invitation link. Runs after links.lua and before append.lua.
--
-- KEYS  those of append.lua, and after them that of links.lua
-- ARGV  20 the digest of the link's secret   21 most members that a room may have
--       22 the roles that may invite, each with a space before and after
-- Returns nothing; defines check and apply
--
-- No role is needed, so that a link to a private room works. All else that keeps a user out has one and the same answer.

local user, link

local function check(_, kind)
  user = state_of(2, ARGV[14])
  link = living_link(kind, ARGV[20], ARGV[22])
  if kind and user.role then return 'same' end
  if not link or user.banned > now then return 'not_found', 'token: there is no such invitation' end
  if tonumber(room.members or 0) >= tonumber(ARGV[21]) then
    return 'limit_reached', 'the room has reached its limit of members'
  end
end

local function apply(id, head)
  user.role, user.since = 'member', id
  set_mark(KEYS[9], ARGV[14], id, head.n)
  redis.call('HINCRBY', KEYS[1], 'members', 1)
  store(ARGV[14], user, user.by ~= nil)
  if link.left == '1' then
    redis.call('HDEL', LINKS, ARGV[20])
  elseif link.left ~= '-' then
    link.left = string.format('%.0f', link.left - 1)
    redis.call('HSET', LINKS, ARGV[20], link_text(link))
  end
end
