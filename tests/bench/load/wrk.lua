-- Sends prepared requests and prints what came of it as one line of JSON.
-- The argument is a folder with `head`, `tail` and `tokens`, one token a line (none: an empty file).

local function read(path)
  local file = assert(io.open(path, 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end

local head, tail, tokens, at, whole

function init(args)
  head, tail = read(args[1] .. '/head'), read(args[1] .. '/tail')
  tokens, at = {}, tonumber(args[2])
  for token in io.lines(args[1] .. '/tokens') do tokens[#tokens + 1] = token end
  if #tokens < 2 then whole = head .. (tokens[1] or '') .. tail end
end

function request()
  if whole then return whole end
  at = at % #tokens + 1
  return head .. tokens[at] .. tail
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
