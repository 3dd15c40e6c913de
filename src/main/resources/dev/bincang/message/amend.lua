-- The append rule for editing or deleting a message. Runs after posting.lua and before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  4 id of the message
--       20 milliseconds between two events of one user in the long run   21 how many events they may send at once
--       22 bytes that they may send in a minute
--       7 the JSON of the new text, which begins with a comma; empty: the message is deleted
--       23 the roles that may change others' messages, each with a space before and after
--       24 how many old versions of the text to keep; 0: none
-- Returns nothing; defines check and apply, sets amended
--
-- The field "<seq>v" beside the body has the old versions, oldest first: a line "<time> <second part of the body>" for each,
-- with a line feed at its end. The time is that at which the text was written.

local target, kept, was, versions

local function check(role)
  local entry = redis.call('XRANGE', KEYS[3], ARGV[4], ARGV[4])[1]
  if not entry then return 'not_found', 'target: not in this room\'s log (any more)' end
  target = envelope_of(entry)
  if target.kind ~= 'message' then return 'not_found', 'target: is not a message' end
  if target.about ~= ARGV[14] and not string.find(ARGV[23], ' ' .. role .. ' ', 1, true) then
    return 'forbidden', 'target: is another\'s message'
  end

  target.field = string.format('%.0f', target.seq)
  local body, old = unpack(redis.call('HMGET', KEYS[4], target.field, target.field .. 'v'))
  kept, was = string.match(body or '\n', '^([^\n]*\n)(.*)$')
  versions = old or ''
  if string.find(was, ',"deleted":', 1, true) == 1 then
    if ARGV[7] == '' then return 'same' end
    return 'not_found', 'target: was deleted'
  end
  if ARGV[7] ~= '' then
    local code, why, wait = may_not_post(role)
    if code then return code, why, wait end
  end
  amended = ARGV[7] .. (ARGV[7] == '' and ',"deleted":' or ',"edited":') .. time_text .. '}'
  -- A deletion counts no bytes, so a user who has sent too many bytes can still delete a message.
  local size = ARGV[7] == '' and 0 or #ARGV[5] + #ARGV[6] + #amended
  return too_fast(role, tonumber(ARGV[20]), tonumber(ARGV[21]), tonumber(ARGV[22]), size)
end

-- Returns the old versions that stay: with the text that an edit replaces, or none.
local function versions_after()
  local most = tonumber(ARGV[24])
  if ARGV[7] == '' or most == 0 or was == '' then return '' end
  local written = string.match(was, ',"edited":(%d+)}$') or string.format('%.0f', target.time)
  local all = versions .. written .. ' ' .. was .. '\n'
  local _, count = string.gsub(all, '\n', '')
  for _ = most + 1, count do all = string.match(all, '^[^\n]*\n(.*)$') end
  return all
end

-- Returns the author of the message if another user amends it.
local function apply(id, head)
  posted()
  redis.call('HSET', KEYS[4], target.field, kept .. amended)
  local stay = versions_after()
  if stay ~= '' then
    redis.call('HSET', KEYS[4], target.field .. 'v', stay)
    if not room.versions then redis.call('HSET', KEYS[1], 'versions', '1') end
  elseif versions ~= '' then
    redis.call('HDEL', KEYS[4], target.field .. 'v')
  end
  head.bytes = head.bytes + #amended - #was + #stay - #versions
  if ARGV[7] == '' then redis.call('ZADD', KEYS[5], 0, string.format('d%015.0f', target.n)) end
  return target.about ~= ARGV[14] and target.about or nil
end
