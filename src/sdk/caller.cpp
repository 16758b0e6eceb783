#include "sdk/caller.hpp"

namespace clerk_backend_api::detail {
namespace {

using Reply = std::variant<HttpResponse, TransportFailure>;

bool is_success(const Reply& reply) {
  const auto* response = std::get_if<HttpResponse>(&reply);
  return response != nullptr && response->status >= 200 && response->status < 300;
}

Error error_of(const Operation& operation, const Reply& reply,
               std::chrono::system_clock::time_point now) {
  if (const auto* response = std::get_if<HttpResponse>(&reply)) {
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

Error cancelled(const std::string& when) {
  Error error;
  error.kind = ErrorKind::cancelled;
  error.code = "cancelled";
  error.message = "cancelled " + when;
  return error;
}

/// A server that echoes its request must not get the key into somebody's log.
void scrub(Error& error, const Secret& bearer_auth) {
  if (error.body_excerpt.find(bearer_auth.expose()) != std::string::npos) {
    error.body_excerpt.clear();
  }
}

}  // namespace

std::string Caller::idempotency_key_for(const Operation& operation, const RequestOptions& options) {
  if (!operation.sends_idempotency_key) return {};
  return options.idempotency_key ? *options.idempotency_key : idempotency_keys_.next();
}

RetryPolicy Caller::policy_of(const Operation& operation, const RequestOptions& options) const {
  const bool told_apart =
      operation.sends_idempotency_key && options_.server_honours_idempotency_key;
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
  auto response = send_until_settled(operation, *request, policy);
  if (response) return response;
  auto error = response.error();
  scrub(error, options_.bearer_auth);
  return error;
}

Result<HttpResponse> Caller::send_until_settled(const Operation& operation,
                                                const HttpRequest& request,
                                                const RetryPolicy& policy) {
  if (request.stop_token.stop_requested()) return cancelled("before it was sent");

  RetryState state{.started = timing_->now()};
  bool in_doubt = false;
  for (;;) {
    auto reply = options_.transport->send(request);
    if (is_success(reply)) return std::get<HttpResponse>(std::move(reply));

    ++state.attempts;
    auto error = error_of(operation, reply, timing_->wall_clock());
    in_doubt = in_doubt || error.kind == ErrorKind::in_doubt;
    const auto step =
        next(policy, state, outcome_of(reply, error), timing_->now(), timing_->jitter());
    if (step.kind == Step::Kind::wait) {
      if (timing_->wait(step.wait, request.stop_token)) continue;
      error = cancelled("while waiting to try again: " + error.message);
    }
    // A later, clearer refusal says nothing about what an earlier attempt may have done.
    if (in_doubt) error.kind = ErrorKind::in_doubt;
    return error;
  }
}

}  // namespace clerk_backend_api::detail
