-- What wrk sends, chosen by environment variables, and what it reports: one line of JSON.
--   BENCH_METHOD, BENCH_BODY, BENCH_TYPE, BENCH_KEY   one fixed request
--   BENCH_TICKETS=FILE   the next ticket of the file in every request; the end of the file ends the run
--   BENCH_MINT=FILE      writes the ticket of every answer into the file
local function set(name) local value = os.getenv(name); return value ~= "" and value or nil end

wrk.method = set("BENCH_METHOD") or "GET"
wrk.body = set("BENCH_BODY")
wrk.headers["Content-Type"] = set("BENCH_TYPE")
if set("BENCH_KEY") then wrk.headers["Authorization"] = "Bearer " .. set("BENCH_KEY") end

if set("BENCH_TICKETS") then
  local tickets = io.lines(set("BENCH_TICKETS"))
  local ended = false
  request = function()
    local ticket = not ended and tickets()
    if not ticket then
      ended = true
      wrk.thread:stop()
      ticket = "none"
    end
    return wrk.format(nil, nil, nil, "strategy=ticket&ticket=" .. ticket)
  end
end

if set("BENCH_MINT") then
  local file = assert(io.open(set("BENCH_MINT"), "a"))
  response = function(status, headers, body)
    local ticket = body:match('"token":"([^"]+)"')
    if ticket then file:write(ticket, "\n") end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.4f, "p50_ms": %.3f, "p99_ms": %.3f, "not_2xx": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
