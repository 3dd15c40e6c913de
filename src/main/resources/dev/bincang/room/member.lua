-- The rule for changing who is in a room and what he may, for append.lua.
--
-- ARGV  13 add · leave · remove · role · ban · unban · mute · unmute   14 whom, escaped
--       15 the role, or until when in milliseconds since 1970   16 members a room may have   17 why, for people

local RANK = { visitor = 0, member = 1, moderator = 2, owner = 3, admin = 4 }

local change, target, value = ARGV[13], ARGV[14], ARGV[15]
local was, since = false, nil
local banned, muted, why = '0', '0', ''

local function last_owner()
  return was == 'owner' and tonumber(room.owners or 0) < 2
end

local function check(role, kind)
  local member = redis.call('HGET', KEYS[2], target)
  if member then was, since = string.match(member, '^(%S+) (%S+)$') end
  local held = redis.call('HGET', KEYS[3], target)
  if held then banned, muted, why = string.match(held, '^(%d+) (%d+) %S+ (.*)$') end
  if kind == 'direct' then return 'forbidden', 'a direct room is its two users\'' end
  if target ~= ARGV[9] and (RANK[was or 'visitor'] >= RANK[role]) then
    return 'forbidden', 'only who ranks lower can be dealt with'
  end

  if change == 'add' then
    if was then return 'same' end
    if tonumber(banned) > now then return 'conflict', 'user: is banned from this room' end
    if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[16]) then return 'limit_reached', 'the room has all the members it can' end
  elseif change == 'leave' or change == 'remove' then
    if not was then return 'same' end
    if change == 'leave' and last_owner() then return 'conflict', 'the last owner makes another one first, or deletes the room' end
  elseif change == 'role' then
    if not was then return 'not_found', 'user: is no member' end
    if was == value then return 'same' end
    if last_owner() then return 'conflict', 'the last owner makes another one first' end
  elseif change == 'ban' then
    if not was and banned == value and why == ARGV[17] then return 'same' end
  elseif change == 'mute' then
    if muted == value and why == ARGV[17] then return 'same' end
  elseif change == 'unban' then
    if tonumber(banned) <= now then return 'same' end
  elseif change == 'unmute' then
    if tonumber(muted) <= now then return 'same' end
  end
end

local function bar()
  if banned == '0' and muted == '0' then
    redis.call('HDEL', KEYS[3], target)
  else
    redis.call('HSET', KEYS[3], target, banned .. ' ' .. muted .. ' ' .. ARGV[9] .. ' ' .. ARGV[17])
  end
end

local function apply(id)
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
end
