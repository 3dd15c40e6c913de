-- Defines functions that trim a log that takes too much memory. A part: it runs before the scripts that trim.
--
-- KEYS  none; a function gets its keys as arguments: log is room:{R}:log, amended is room:{R}:amended
-- ARGV  none
-- Returns nothing; defines forget_amended and trim_to_size

-- Drops the amendments of messages that are no longer in the log.
local function forget_amended(log, amended)
  local first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  local seq = first and tonumber(string.match(first[1], '^%d+')) or math.huge
  for _, id in ipairs(redis.call('HKEYS', amended)) do
    if tonumber(string.match(id, '^%d+')) < seq then redis.call('HDEL', amended, id) end
  end
end

-- If the log and its amendments take more than this many bytes, removes the oldest entries until about seven eighths of
-- the bytes are left. So a log at its bound is not trimmed again after a few events.
-- Returns the number of entries removed.
local function trim_to_size(log, amended, bytes)
  local size = (redis.call('MEMORY', 'USAGE', log) or 0) + (redis.call('MEMORY', 'USAGE', amended) or 0)
  if size <= bytes then return 0 end
  local keep = math.floor(redis.call('XLEN', log) * bytes * 7 / 8 / size)
  local removed = redis.call('XTRIM', log, 'MAXLEN', keep)
  forget_amended(log, amended)
  return removed
end
