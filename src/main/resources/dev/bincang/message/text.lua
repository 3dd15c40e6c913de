-- Defines functions that turn a user's id from the form of the index into text and JSON. A part: it runs before the rules that
-- need it.
--
-- KEYS  none
-- ARGV  none
-- Returns nothing; defines unescaped and json_text

-- Reverses the escaping of Keys.escape.
local function unescaped(text)
  return (string.gsub(text, '%%(%x%x)', function(byte) return string.char(tonumber(byte, 16)) end))
end

-- The JSON string of an escaped text.
local function json_text(escaped)
  return cjson.encode(unescaped(escaped))
end
