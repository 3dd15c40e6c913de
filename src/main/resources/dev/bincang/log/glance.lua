-- Reads of rooms what a list of a member's rooms is sorted and filtered by, any number of rooms in one call. Runs after
-- role.lua, head.lua and mark.lua.
--
-- KEYS  five for each room: its hash   members   log   index   marks
-- ARGV  1 the user, escaped   2 "1" if they are an admin   3… for each room "1" if it is public although nobody made it
-- Returns {the time, item, …}. An item is {time of the last message that they may read; of the newest event if there is
--         none, the room's kind, number of unread messages, number of mentions}, or {} if they are not a member or may
--         not read the room

local result = {time_text}
for i = 1, #KEYS / 5 do
  local at = i * 5 - 4
  if i > 1 then look(at) end
  local kind = kind_of(ARGV[2 + i])
  local item = {}
  if role_of(at + 1, kind, ARGV[1], ARGV[2]) and me.role and room.head then
    local head = head_of(room.head)
    local mark = mark_of(KEYS[at + 4], KEYS[at + 2], ARGV[1], me.since, head)
    local seq, time = last_message(KEYS[at + 2], head)
    if not seq or (ARGV[2] ~= '1' and room.history == 'joined' and seq <= seq_of(me.since)) then
      local newest = redis.call('XREVRANGE', KEYS[at + 2], '+', '-', 'COUNT', 1)[1]
      time = newest and envelope_of(newest).time or 0
    end
    item = {string.format('%.0f', time), kind, unread_of(KEYS[at + 3], mark, head),
      mentions_of(KEYS[at + 3], ARGV[1], mark, head)}
  end
  result[1 + i] = item
end
return result
