-- The append rule for changing the members of a room, their roles, bans and mutes. Runs before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  20 add · leave · remove · role · ban · unban · mute · unmute   21 the user to change, escaped
--       22 the new role, or the end of the ban or mute in milliseconds since 1970
--       23 most members a room may have, and most barred users   24 the reason, for people
-- Returns nothing; defines check and apply. apply returns what the user was before, as
--         "<role or -> <banned until> <muted until>"

local RANK = { visitor = 0, member = 1, moderator = 2, owner = 3, admin = 4 }

local change, target, value = ARGV[20], ARGV[21], ARGV[22]
local user, was

local function last_owner()
  return was == 'owner' and tonumber(room.owners or 0) < 2
end

-- Whether the limit of barred users is reached. If so, first checks some of them and drops those whose time is over.
local function barred_full()
  local barred = tonumber(room.barred or 0)
  if barred < tonumber(ARGV[23]) then return false end
  return barred - forget_ended(20) >= tonumber(ARGV[23])
end

local function check(role, kind)
  user = state_of(2, target)
  was = user.role
  if kind == 'direct' then return 'forbidden', 'a direct room is its two users\'' end
  if target == ARGV[14] then
    -- Otherwise a muted moderator could unmute themselves, and an owner who bans themselves could leave no owner.
    if change == 'ban' or change == 'unban' or change == 'mute' or change == 'unmute' then
      return 'forbidden', 'you cannot ban, unban, mute or unmute yourself'
    end
  elseif RANK[was or 'visitor'] >= RANK[role] then
    return 'forbidden', 'you can only act on users whose role is below yours'
  end

  if change == 'add' then
    if was then return 'same' end
    if user.banned > now then return 'conflict', 'user: is banned from this room' end
    if tonumber(room.members or 0) >= tonumber(ARGV[23]) then
      return 'limit_reached', 'the room has reached its limit of members'
    end
  elseif change == 'leave' or change == 'remove' then
    if not was then return 'same' end
    if last_owner() then return 'conflict', 'a room keeps its last owner: make another one first, or delete the room' end
  elseif change == 'role' then
    if not was then return 'not_found', 'user: is not a member' end
    if was == value then return 'same' end
    if last_owner() then return 'conflict', 'a room keeps its last owner: make another one first' end
  elseif change == 'ban' then
    if not was and user.banned == tonumber(value) and user.reason == ARGV[24] then return 'same' end
    if last_owner() then return 'conflict', 'a room keeps its last owner: make another one first, or delete the room' end
  elseif change == 'mute' then
    if user.muted == tonumber(value) and user.reason == ARGV[24] then return 'same' end
  elseif change == 'unban' then
    if user.banned <= now then return 'same' end
  elseif change == 'unmute' then
    if user.muted <= now then return 'same' end
  end
  if (change == 'ban' or change == 'mute') and not user.by and barred_full() then
    return 'limit_reached', 'the room has reached its limit of bans and mutes'
  end
end

local function apply(id, head)
  local before = string.format('%s %.0f %.0f', was or '-', user.banned, user.muted)
  local listed = user.by ~= nil
  if change == 'add' then
    user.role, user.since = 'member', id
    set_mark(KEYS[9], target, id, head.n)
  elseif change == 'role' then
    user.role = value
  elseif change == 'leave' or change == 'remove' or change == 'ban' then
    user.role = false
    redis.call('HDEL', KEYS[9], target)
  end
  local members = (user.role and 1 or 0) - (was and 1 or 0)
  if members ~= 0 then redis.call('HINCRBY', KEYS[1], 'members', members) end
  local owners = (user.role == 'owner' and 1 or 0) - (was == 'owner' and 1 or 0)
  if owners ~= 0 then redis.call('HINCRBY', KEYS[1], 'owners', owners) end

  if change == 'ban' then user.banned = tonumber(value) end
  if change == 'unban' then user.banned = 0 end
  if change == 'mute' then user.muted = tonumber(value) end
  if change == 'unmute' then user.muted = 0 end
  if change == 'ban' or change == 'unban' or change == 'mute' or change == 'unmute' then
    user.by, user.reason = ARGV[14], ARGV[24]
  end
  store(target, user, listed)
  return before
end
