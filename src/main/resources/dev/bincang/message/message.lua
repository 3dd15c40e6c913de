-- The append rule for posting a message. Runs after posting.lua, text.lua, thread.lua and mentions.lua, before append.lua.
--
-- KEYS  those of append.lua
-- ARGV  20 milliseconds between two messages of one user in the long run   21 how many messages they may send at once
--       22 bytes that they may send in a minute   23 the message that it answers, or empty
--       24 the root of the thread that it belongs to, or empty   25 "+" if it is in the main view too
--       26… mentions: mentions.lua
-- Returns nothing; defines check and apply, sets second, thread and extra. apply returns the users who were left out of the
--         mentions

local function check(role, kind, head)
  local code, why, wait = may_not_post(role)
  if code then return code, why, wait end
  if ARGV[23] ~= '' and tonumber(string.match(ARGV[23], '^%d+')) > head.low_seq
    and not redis.call('XRANGE', KEYS[3], ARGV[23], ARGV[23])[1] then
    return 'not_found', 'replyTo: not in this room\'s log'
  end
  if ARGV[24] ~= '' then
    code, why = root_refused(ARGV[24])
    if code then return code, why end
    thread = ARGV[24] .. ARGV[25]
  end
  code, why = take_mentions(26, role, kind)
  if code then return code, why end
  second = mentions_json() .. ARGV[7]
  return too_fast(role, tonumber(ARGV[20]), tonumber(ARGV[21]), tonumber(ARGV[22]), #ARGV[5] + #ARGV[6] + #second)
end

local function apply(id, head)
  posted()
  if not thread or ARGV[25] == '+' then new_message(ARGV[14], id, head) end
  add_mentions(head.seq, ARGV[14], head)
  if thread then extra = add_reply(ARGV[24], head.seq, ARGV[14], head) end
  return not_mentioned()
end
