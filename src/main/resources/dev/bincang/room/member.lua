-- The append rule for changing the members of a room, their roles, bans and mutes. Runs before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  14 add · leave · remove · role · ban · unban · mute · unmute   15 the user to change, escaped
--       16 the new role, or the end of the ban or mute in milliseconds since 1970
--       17 most members a room may have, and most barred users   18 the reason, for people
-- Returns nothing; defines check and apply. apply returns what the user was before, as
--         "<role or -> <banned until> <muted until>"

local RANK = { visitor = 0, member = 1, moderator = 2, owner = 3, admin = 4 }

local change, target, value = ARGV[14], ARGV[15], ARGV[16]
local was, since = false, nil
local banned, muted, why = '0', '0', ''

local function last_owner()
  return was == 'owner' and tonumber(room.owners or 0) < 2
end

-- Whether the limit of barred users is reached. If so, first checks some of them and drops those whose time is over.
local function barred_full()
  if redis.call('HLEN', KEYS[3]) < tonumber(ARGV[17]) then return false end
  for _, user in ipairs(redis.call('HRANDFIELD', KEYS[3], 20)) do
    local until_ban, until_mute = string.match(redis.call('HGET', KEYS[3], user), '^(%d+) (%d+)')
    if tonumber(until_ban) <= now and tonumber(until_mute) <= now then redis.call('HDEL', KEYS[3], user) end
  end
  return redis.call('HLEN', KEYS[3]) >= tonumber(ARGV[17])
end

local function check(role, kind)
  local entry = redis.call('HGET', KEYS[2], target)
  if entry then was, since = string.match(entry, '^(%S+) (%S+)$') end
  local held = redis.call('HGET', KEYS[3], target)
  if held then banned, muted, why = string.match(held, '^(%d+) (%d+) %S+ (.*)$') end
  if kind == 'direct' then return 'forbidden', 'a direct room is its two users\'' end
  if target == ARGV[9] then
    -- Otherwise a muted moderator could unmute themselves, and an owner who bans themselves could leave no owner.
    if change == 'ban' or change == 'unban' or change == 'mute' or change == 'unmute' then
      return 'forbidden', 'you cannot ban, unban, mute or unmute yourself'
    end
  elseif RANK[was or 'visitor'] >= RANK[role] then
    return 'forbidden', 'you can only act on users whose role is below yours'
  end

  if change == 'add' then
    if was then return 'same' end
    if tonumber(banned) > now then return 'conflict', 'user: is banned from this room' end
    if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[17]) then return 'limit_reached', 'the room has reached its limit of members' end
  elseif change == 'leave' or change == 'remove' then
    if not was then return 'same' end
    if last_owner() then return 'conflict', 'a room keeps its last owner: make another one first, or delete the room' end
  elseif change == 'role' then
    if not was then return 'not_found', 'user: is not a member' end
    if was == value then return 'same' end
    if last_owner() then return 'conflict', 'a room keeps its last owner: make another one first' end
  elseif change == 'ban' then
    if not was and banned == value and why == ARGV[18] then return 'same' end
    if last_owner() then return 'conflict', 'a room keeps its last owner: make another one first, or delete the room' end
  elseif change == 'mute' then
    if muted == value and why == ARGV[18] then return 'same' end
  elseif change == 'unban' then
    if tonumber(banned) <= now then return 'same' end
  elseif change == 'unmute' then
    if tonumber(muted) <= now then return 'same' end
  end
  if (change == 'ban' or change == 'mute') and not held and barred_full() then
    return 'limit_reached', 'the room has reached its limit of bans and mutes'
  end
end

local function bar()
  if banned == '0' and muted == '0' then
    redis.call('HDEL', KEYS[3], target)
  else
    redis.call('HSET', KEYS[3], target, banned .. ' ' .. muted .. ' ' .. ARGV[9] .. ' ' .. ARGV[18])
  end
end

local function apply(id)
  local before = (was or '-') .. ' ' .. banned .. ' ' .. muted
  local becomes = was
  if change == 'add' then
    becomes = 'member'
    redis.call('HSET', KEYS[2], target, 'member ' .. id)
  elseif change == 'role' then
    becomes = value
    redis.call('HSET', KEYS[2], target, value .. ' ' .. since)
  elseif change == 'leave' or change == 'remove' or change == 'ban' then
    becomes = false
    redis.call('HDEL', KEYS[2], target)
  end
  local owners = (becomes == 'owner' and 1 or 0) - (was == 'owner' and 1 or 0)
  if owners ~= 0 then redis.call('HINCRBY', KEYS[1], 'owners', owners) end

  if change == 'ban' then banned = value; bar() end
  if change == 'unban' then banned = '0'; bar() end
  if change == 'mute' then muted = value; bar() end
  if change == 'unmute' then muted = '0'; bar() end
  return before
end
