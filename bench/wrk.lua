-- What wrk sends, chosen by environment variables, and what it reports: one line of JSON.
--   BENCH_METHOD, BENCH_BODY, BENCH_HEADERS   one fixed request; a header a line
--   BENCH_BODIES=FILE    the next line of the file as the body of every request; its end ends the run
--   BENCH_KEYS=FILE      a bearer for so many requests each, where a server counts what one may do
--   BENCH_MINT=FILE      writes the ticket of every answer into the file
local function set(name) local value = os.getenv(name); return value ~= "" and value or nil end
local requests_a_key = 4000

wrk.method = set("BENCH_METHOD") or "GET"
wrk.body = set("BENCH_BODY")
for name, value in (set("BENCH_HEADERS") or ""):gmatch("([^\n:]+): ([^\n]*)") do wrk.headers[name] = value end

if set("BENCH_BODIES") then
  local bodies = io.lines(set("BENCH_BODIES"))
  local ended = false
  request = function()
    local body = not ended and bodies()
    if not body then
      ended = true
      wrk.thread:stop()
      body = "none"
    end
    return wrk.format(nil, nil, nil, body)
  end
end

if set("BENCH_KEYS") then
  local sent, keys, with_key = 0, {}, nil
  for key in io.lines(set("BENCH_KEYS")) do keys[#keys + 1] = key end
  math.randomseed(os.time())
  local first = math.random(#keys)
  request = function()
    if sent % requests_a_key == 0 then
      wrk.headers["Authorization"] = "Bearer " .. keys[(first + sent / requests_a_key) % #keys + 1]
      with_key = wrk.format()
    end
    sent = sent + 1
    return with_key
  end
end

if set("BENCH_MINT") then
  local file = assert(io.open(set("BENCH_MINT"), "a"))
  response = function(status, headers, body)
    local ticket = body:match('"token":"([^"]+)"')
    if ticket then file:write("strategy=ticket&ticket=", ticket, "\n") end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  local function at(share) return latency:percentile(share) / 1e3 end
  io.write(string.format('\n{"requests": %d, "seconds": %.4f, "p50_ms": %.3f, "p90_ms": %.3f, "p99_ms": %.3f, '
    .. '"p999_ms": %.3f, "max_ms": %.3f, "not_2xx": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, at(50), at(90), at(99), at(99.9), latency.max / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
