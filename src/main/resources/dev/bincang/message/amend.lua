-- The append rule for editing or deleting a message. Runs after posting.lua, text.lua, thread.lua and mentions.lua, before
-- append.lua.
--
-- KEYS  those of append.lua
-- ARGV  4 id of the message
--       20 milliseconds between two events of one user in the long run   21 how many events they may send at once
--       22 bytes that they may send in a minute
--       7 the JSON of the new content, which begins with a comma; empty: the message is deleted
--       23 the roles that may change others' messages, each with a space before and after
--       24 how many old versions of the content to keep; 0: none   25… mentions: mentions.lua
-- Returns nothing; defines check and apply, sets amended, thread and extra. apply returns the author of the message, if another
--         user deletes it; for an edit, the users who were left out of the mentions
--
-- The field "<seq>v" beside the body has the old versions, oldest first: a line "<time> <second part of the body>" for each,
-- with a line feed at its end. The time is that at which the text was written.

local target, kept, was, versions

local function check(role, kind)
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
    code, why = take_mentions(25, role, kind)
    if code then return code, why end
  end
  if target.root then thread = target.thread end
  amended = mentions_json() .. ARGV[7] .. (ARGV[7] == '' and ',"deleted":' or ',"edited":') .. time_text .. '}'
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

-- Removes what others have added to the message: its reactions and its pin.
local function remove_extras(head)
  if not room.extras then return end
  local extras = extras_of(target.field)
  if extras.reactions ~= '' then redis.call('ZADD', KEYS[5], 0, 'z' .. index_seq(target.seq)) end
  if extras.pinned ~= '' then redis.call('ZREM', KEYS[5], 'p' .. index_seq(target.seq)) end
  redis.call('HDEL', KEYS[4], target.field .. 'c')
  redis.call('ZREM', KEYS[5], 'y' .. index_seq(target.seq))
  extras.reactions, extras.pinned, extras.told = '', '', ''
  set_extras(target.field, extras, head)
  if forget_reactions(head) then room.soon = true end
end

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
  remove_mentions(target.seq, target.about, head)
  if ARGV[7] ~= '' then
    add_mentions(target.seq, target.about, head)
    if thread then extra = thread_state(target.root) end
    return not_mentioned()
  end
  if not target.aside then redis.call('ZADD', KEYS[5], 0, string.format('d%015.0f', target.n)) end
  remove_extras(head)
  if thread then extra = remove_reply(target.root, target.seq, target.about, head) end
  return target.about ~= ARGV[14] and target.about or nil
end
