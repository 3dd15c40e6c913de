-- Defines functions that keep a thread's state. A part: it runs after extras.lua and text.lua, before the rules that post or
-- amend.
--
-- KEYS  those of append.lua
-- ARGV  none
-- Returns nothing; defines root_refused, add_reply, remove_reply and thread_state
--
-- The index has an entry t<root's seq>:<seq>:<author> for each reply. The state of a thread is computed from them.

-- How many of the newest replies are looked at to find who took part, and how many users are named.
local LOOK_BACK = 20
local PARTICIPANTS = 5

-- Returns nothing if a message can be the root of a thread, else the refusal.
local function root_refused(id)
  local entry = redis.call('XRANGE', KEYS[3], id, id)[1]
  if not entry then return 'not_found', 'thread: not in this room\'s log (any more)' end
  local root = envelope_of(entry)
  if root.kind ~= 'message' then return 'not_found', 'thread: is not a message' end
  if root.root then return 'bad_request', 'thread: is itself in a thread' end
end

local function reply_entry(root, seq, author)
  return table.concat({'t' .. index_seq(string.match(root, '^%d+')), index_seq(seq), author}, ':')
end

-- Computes the state of a thread and stores it with its root, if the root is still in the log. Returns it: JSON after a comma.
local function count_thread(root, head)
  local root_seq = string.match(root, '^%d+')
  local of = 't' .. index_seq(root_seq)
  local from, to = '[' .. of .. ':', '(' .. of .. ';'
  local count = redis.call('ZLEXCOUNT', KEYS[5], from, to)
  local state = ',"replies":{"count":' .. count
  if count > 0 then
    local seen, who, last = {}, {}, nil
    for _, entry in ipairs(redis.call('ZREVRANGEBYLEX', KEYS[5], to, from, 'LIMIT', 0, LOOK_BACK)) do
      local seq, author = string.match(entry, '^t%d+:(%d+):(.*)$')
      last = last or string.format('%.0f', tonumber(seq))
      if not seen[author] and #who < PARTICIPANTS then
        seen[author] = true
        who[#who + 1] = json_text(author)
      end
    end
    local newest = envelope_of(redis.call('XRANGE', KEYS[3], last, last)[1])
    state = state .. ',"last":"' .. newest.id .. '","time":' .. string.format('%.0f', newest.time)
      .. ',"participants":[' .. table.concat(who, ',') .. ']'
  end
  state = state .. '}'
  if tonumber(root_seq) > head.low_seq then
    local extras = extras_of(root_seq)
    extras.replies = state
    set_extras(root_seq, extras, head)
  end
  return state
end

-- Adds a reply, which is in the log by now. Returns the thread's state.
local function add_reply(root, seq, author, head)
  redis.call('ZADD', KEYS[5], 0, reply_entry(root, seq, author))
  head.bytes = head.bytes + INDEX_BYTES
  return count_thread(root, head)
end

-- Removes a reply. Returns the thread's state.
local function remove_reply(root, seq, author, head)
  redis.call('ZREM', KEYS[5], reply_entry(root, seq, author))
  head.bytes = math.max(0, head.bytes - INDEX_BYTES)
  return count_thread(root, head)
end

-- Returns the state of a thread as it is stored; empty if its root was trimmed.
local function thread_state(root)
  return extras_of(string.match(root, '^%d+')).replies
end
