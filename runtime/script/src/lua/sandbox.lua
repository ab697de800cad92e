-- Runs before every script, in the same state. The two functions that are handed over count steps and memory; the
-- functions of the library that take long in C are wrapped so that they count what they work on.
local charge, check, exhausted = ...
local pcall, xpcall, type, select, tostring, getmetatable, unpack = pcall, xpcall, type, select, tostring, getmetatable, unpack

for _, name in ipairs { "collectgarbage", "dofile", "gcinfo", "getfenv", "load", "loadfile", "loadstring", "module",
  "newproxy", "print", "require", "setfenv", "package", "os", "io", "debug", "coroutine", "jit", "bit" } do
  _G[name] = nil
end
string.dump, string.gfind, math.random, math.randomseed = nil, nil, nil, nil
table.foreach, table.foreachi, table.setn = nil, nil, nil

-- A bound that was met goes on through whoever would catch it. Results go through a table, because Lua's own `pcall` does
-- not make room for the one that it adds.
local function pack(...) return { n = select("#", ...), ... } end
local function call(f, ...) return pack(f(...)) end
local function caught(ok, result)
  check()
  if ok then return true, unpack(result, 1, result.n) end
  if result == "not enough memory" then exhausted() end
  return false, result
end
function _G.pcall(...) return caught(pcall(call, ...)) end
function _G.xpcall(f, handler)
  return caught(xpcall(function() return call(f) end, function(raised) check() return handler(raised) end))
end

-- A number as gopher-lua writes it: whole ones with all digits, others with as few as tell them apart.
local format, tonumber = string.format, tonumber
local function number(value)
  if value % 1 == 0 and value > -2 ^ 63 and value < 2 ^ 63 then return (format("%.0f", value)) end
  for digits = 14, 16 do
    local text = format("%." .. digits .. "g", value)
    if tonumber(text) == value then return text end
  end
  return (format("%.17g", value))
end

-- Addresses differ from run to run.
function _G.tostring(...)
  local value = ...
  local kind = type(value)
  if kind == "number" then return number(value) end
  if kind ~= "table" and kind ~= "function" and kind ~= "userdata" then return tostring(...) end
  local meta = getmetatable(value)
  if type(meta) == "table" and meta.__tostring then return tostring(value) end
  return kind
end

local function counted(f)
  return function(first, ...)
    local kind = type(first)
    if kind == "table" or kind == "string" then charge(#first) end
    return f(first, ...)
  end
end
local sort = table.sort
table.sort = function(list, ...)
  if type(list) == "table" then charge(#list * 16) end
  return sort(list, ...)
end
for _, name in ipairs { "insert", "remove", "concat", "maxn", "getn" } do table[name] = counted(table[name]) end
for _, name in ipairs { "upper", "lower", "reverse", "byte", "sub" } do string[name] = counted(string[name]) end
string.format = function(...)
  for at = 1, select("#", ...) do
    local part = select(at, ...)
    if type(part) == "string" then charge(#part) end
  end
  return format(...)
end
