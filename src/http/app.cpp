#include "http/app.hpp"

#include <array>
#include <chrono>

#include "base/hex.hpp"
#include "http/authenticate.hpp"
#include "http/cors.hpp"
#include "http/failure_reply.hpp"
#include "http/forwarded.hpp"
#include "http/limits.hpp"
#include "http/page.hpp"
#include "http/read_body.hpp"
#include "tasks/scheduler.hpp"

namespace tenens::http {
namespace {

using StopWatch = std::chrono::steady_clock;

void add_common_headers(Reply& reply, std::string trace_id) {
  reply.headers.add("X-Clerk-Trace-Id", std::move(trace_id));
  reply.headers.add("X-Content-Type-Options", "nosniff");
  if (reply.headers.find("Cache-Control") == nullptr) {
    reply.headers.add("Cache-Control", "no-store");
  }
}

tl::unexpected<Failure> too_many(seconds wait) {
  return refuse(Code::rate_limited, {}, std::to_string(wait.count()));
}

/// A method is free text as well.
std::string_view loggable_method(const Request& request) {
  for (const std::string_view method :
       {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (request.method == method) return method;
  }
  return "other";
}

}  // namespace

std::string App::new_trace_id() const {
  std::array<char, 16> bytes;
  services_.random.fill(std::as_writable_bytes(std::span(bytes)));
  return to_hex({bytes.data(), bytes.size()});
}

Reply App::refusal(const Failures& failures, Audience audience, const std::string& trace_id) const {
  if (audience == Audience::page) return error_page(failures.front(), site_, trace_id);
  return to_reply(failures, audience, trace_id);
}

Done App::admit_caller(Context& context) const {
  auto caller = caller_of(context.request, services_.keyring);
  if (!caller) {
    // Who guesses keys is counted as somebody without one.
    if (const auto charged = charge_address(context.request); !charged) return charged;
    return tl::unexpected(caller.error());
  }
  context.caller = *std::move(caller);
  const auto wait = by_key_.charge(context.caller.key_id.text);
  return wait ? Done(too_many(*wait)) : Done();
}

/// Behind a proxy on this machine that is not trusted everybody has the proxy's address.
Done App::charge_address(const Request& request) const {
  if (is_loopback(request.address)) return {};
  const auto wait = by_address_.charge(to_rate_limited(request.address));
  return wait ? Done(too_many(*wait)) : Done();
}

Done App::admit(const Route& route, Context& context) const {
  const auto& request = context.request;
  if (route.audience == Audience::backend) {
    if (const auto admitted = admit_caller(context); !admitted) return admitted;
    if (const auto version = check_api_version(request); !version) return version;
    return check_json_body(request);
  }
  if (const auto charged = charge_address(request); !charged) return charged;
  if (route.audience == Audience::frontend) {
    if (const auto origin = check_origin(request, site_); !origin) return origin;
  }
  context.visitor = visitor_of(request, services_.keyring, site_);
  return {};
}

Answer App::call(const Route& route, const Context& context) const {
  if (route.cost == Cost::long_read && tasks::Scheduler::is_in_task()) {
    return tasks::run_on(readers_, [&] { return route.handler(context); });
  }
  if (route.cost != Cost::signature) return route.handler(context);

  /// Before anything is spent that only the signature would bring back.
  struct Place {
    std::atomic<std::size_t>& taken;
    const std::size_t before = taken.fetch_add(1);
    ~Place() { taken.fetch_sub(1); }
  };
  const Place place{signing_};
  if (place.before >= kMaxSigning) return refused(Failure{Code::unavailable});
  return route.handler(context);
}

/// Why the database could not do it: the caller is not told, the operator has to know.
void App::note_cause(const Failure& failure, const std::string& trace_id) const {
  const bool is_stores = failure.code == Code::unavailable || failure.code == Code::outcome_unknown;
  if (!is_stores || failure.detail.empty()) return;
  log_.write(LogLevel::warning, code_word(failure.code),
             {{Field::detail, failure.detail}, {Field::trace_id, trace_id}});
}

Reply App::run(const Route& route, Context context) const {
  const auto& trace_id = context.trace_id;
  try {
    if (const auto admitted = admit(route, context); !admitted) {
      return refusal({admitted.error()}, route.audience, trace_id);
    }
    auto answer = call(route, context);
    if (answer) return *std::move(answer);
    note_cause(answer.error().front(), trace_id);
    return refusal(answer.error(), route.audience, trace_id);
  } catch (const std::exception& error) {
    log_.write(LogLevel::error, "exception",
               {{Field::detail, error.what()}, {Field::trace_id, trace_id}});
  } catch (...) {
    log_.write(LogLevel::error, "exception", {{Field::trace_id, trace_id}});
  }
  return refusal({Failure{Code::internal}}, route.audience, trace_id);
}

Reply App::answer(const Request& request, const Resource& resource,
                  const std::string& trace_id) const {
  if (!resource.exists()) {
    auto reply = refusal({Failure{Code::url_not_found}}, Audience::open, trace_id);
    // Clerk's browser packages ask for more than there is, and take what they cannot read for a
    // failure of the network.
    add_cors_headers(reply, request, site_);
    return reply;
  }
  const bool frontend = resource.serves(Audience::frontend);
  Reply reply;
  if (frontend && request.method == "OPTIONS") {
    const auto origin = check_origin(request, site_);
    reply = origin ? preflight(resource.allow())
                   : refusal({origin.error()}, Audience::frontend, trace_id);
  } else if (const auto* route = resource.find(meant_method(request, resource))) {
    reply = run(*route, Context{services_, site_, request, trace_id, resource.params()});
  } else {
    reply = refusal({Failure{Code::method_not_allowed, {}, resource.allow()}}, Audience::open,
                    trace_id);
  }
  if (frontend) add_cors_headers(reply, request, site_);
  return reply;
}

Reply App::handle(const Request& request) {
  auto address = client_address(request, site_.options().trusted_proxies);
  if (address == request.address) return answer_logged(request);
  auto forwarded = request;
  forwarded.address = std::move(address);
  return answer_logged(forwarded);
}

Reply App::answer_logged(const Request& request) const {
  const auto started = StopWatch::now();
  auto trace_id = new_trace_id();
  const auto resource = router_.find(request.path);
  auto reply = answer(request, resource, trace_id);
  if (log_.wants(LogLevel::info)) {
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(StopWatch::now() - started);
    log_.write(LogLevel::info, "request",
               {{Field::method, loggable_method(request)},
                {Field::path, resource.pattern()},
                {Field::status, std::int64_t{reply.status}},
                {Field::duration_us, std::int64_t{took.count()}},
                {Field::address, request.address},
                {Field::trace_id, trace_id}});
  }
  add_common_headers(reply, std::move(trace_id));
  return reply;
}

Handler::Way App::way_of(const Request& request) const {
  // The keys to verify with, and the word on how we are, come out of memory.
  if (request.path == "/.well-known/jwks.json" || request.path == "/v1/health" ||
      request.path == "/v1/jwks") {
    return Way::at_once;
  }
  if (signing_ < kMaxSigning) return Way::in_a_task;
  // A browser has to be refused in its own words; those are found in a task.
  const auto* route = router_.find(request.path).find(request.method);
  const bool signs = route != nullptr && route->cost == Cost::signature;
  return signs && route->audience == Audience::backend ? Way::turned_away : Way::in_a_task;
}

Reply App::refuse(const Failure& failure) {
  auto trace_id = new_trace_id();
  auto reply = to_reply({failure}, Audience::open, trace_id);
  log_.write(LogLevel::info, "refused",
             {{Field::code, code_word(failure.code)}, {Field::trace_id, trace_id}});
  add_common_headers(reply, std::move(trace_id));
  return reply;
}

}  // namespace tenens::http
