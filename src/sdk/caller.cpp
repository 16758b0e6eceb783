#include "sdk/caller.hpp"

namespace clerk_backend_api::detail {
namespace {

using Reply = std::variant<HttpResponse, TransportFailure>;

bool is_success(const Reply& reply) {
  const auto* response = std::get_if<HttpResponse>(&reply);
  return response != nullptr && response->status >= 200 && response->status < 300;
}

void redact(std::string& text, std::string_view key) {
  static constexpr std::string_view kInstead = "(secret key)";
  for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at)) {
    text.replace(at, key.size(), kInstead);
    at += kInstead.size();
  }
}

/// A server that echoes its request must not get the key into somebody's log. Done before anything
/// is read or cut out of the answer: half a key would not be found any more.
void redact(HttpResponse& response, const Secret& bearer_auth) {
  redact(response.body, bearer_auth.expose());
  for (auto& header : response.headers) redact(header.value, bearer_auth.expose());
}

Error error_of(const Operation& operation, Reply& reply, const Secret& bearer_auth,
               std::chrono::system_clock::time_point now) {
  if (auto* response = std::get_if<HttpResponse>(&reply)) {
    redact(*response, bearer_auth);
    return refused(operation, *response, now);
  }
  return unanswered(operation, std::get<TransportFailure>(reply));
}

Outcome outcome_of(const Reply& reply, const Error& error) {
  if (error.http_status != 0) {
    return {.kind = Outcome::Kind::answered,
            .status = error.http_status,
            .retry_after = error.retry_after};
  }
  const auto& failure = std::get<TransportFailure>(reply);
  if (failure.cause == TransportCause::cancelled ||
      failure.cause == TransportCause::answer_too_large) {
    return {.kind = Outcome::Kind::final};
  }
  return {.kind = failure.sent ? Outcome::Kind::lost : Outcome::Kind::not_sent};
}

/// An attempt that may have done what was asked, whatever a later one is answered.
bool may_have_been_done(const Outcome& outcome, const Error& error) {
  if (outcome.kind != Outcome::Kind::answered) return outcome.kind == Outcome::Kind::lost;
  return kind_of(Repeat::doubles, error.http_status, error.code) == ErrorKind::in_doubt;
}

/// The transport did what a retry would have done.
bool was_sent_twice(const Reply& reply) {
  const auto* response = std::get_if<HttpResponse>(&reply);
  return response != nullptr && response->sent_twice;
}

/// A later, clearer refusal says nothing about what an earlier attempt may have done.
void tell_of_earlier_attempt(const Operation& operation, Error& error) {
  if (operation.method == "GET") return;
  error.earlier_attempt_in_doubt = true;
  error.message += error.message.ends_with('.') ? " An" : "; an";
  error.message += " earlier attempt of this call got no clear answer and may have done it";
  if (operation.repeat == Repeat::harmless) return;
  error.kind = ErrorKind::in_doubt;
  error.documented = false;
}

Error cancelled(const std::string& when) {
  Error error;
  error.kind = ErrorKind::cancelled;
  error.code = "cancelled";
  error.message = "cancelled " + when;
  return error;
}

}  // namespace

std::string Caller::idempotency_key_for(const Operation& operation, const RequestOptions& options) {
  if (operation.idempotency_key == IdempotencyKey::not_sent) return {};
  return options.idempotency_key ? *options.idempotency_key : idempotency_keys_.next();
}

RetryPolicy Caller::policy_of(const Operation& operation, const RequestOptions& options) const {
  const bool told_apart = operation.idempotency_key == IdempotencyKey::honoured &&
                          options_.server_honours_idempotency_key;
  return policy_for(told_apart ? Repeat::harmless : operation.repeat,
                    options.retries ? options.retries : options_.retries);
}

Result<HttpResponse> Caller::exchange(const Operation& operation, const Arguments& arguments,
                                      const RequestOptions& options) {
  // One key for all attempts: that is what makes them one request.
  auto request = form_request(operation, options_, options, arguments,
                              idempotency_key_for(operation, options));
  if (!request) return request.error();

  const auto policy = policy_of(operation, options);
  request->may_be_sent_twice = operation.repeat == Repeat::harmless || policy.if_lost;
  return send_until_settled(operation, *request, policy);
}

Result<HttpResponse> Caller::send_until_settled(const Operation& operation,
                                                const HttpRequest& request,
                                                const RetryPolicy& policy) {
  if (request.stop_token.stop_requested()) return cancelled("before it was sent");

  RetryState state{.started = timing_->now()};
  bool earlier_in_doubt = false;
  for (;;) {
    auto reply = options_.transport->send(request);
    if (is_success(reply)) return std::get<HttpResponse>(std::move(reply));

    ++state.attempts;
    auto error = error_of(operation, reply, request.bearer_auth, timing_->wall_clock());
    const auto outcome = outcome_of(reply, error);
    earlier_in_doubt = earlier_in_doubt || was_sent_twice(reply);
    const auto step = next(policy, state, outcome, timing_->now(), timing_->jitter());
    if (step.kind == Step::Kind::wait) {
      earlier_in_doubt = earlier_in_doubt || may_have_been_done(outcome, error);
      if (timing_->wait(step.wait, request.stop_token)) continue;
      error = cancelled("while waiting to try again: " + error.message);
    }
    if (earlier_in_doubt) tell_of_earlier_attempt(operation, error);
    return error;
  }
}

}  // namespace clerk_backend_api::detail
