#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "clerk_backend_api/verification_keys.hpp"
#include "sdk/jwks_source.hpp"
#include "sdk/retry.hpp"
#include "sdk/verify_key_set.hpp"

namespace clerk_backend_api {

using detail::KeyAnswer;
using detail::KeyQuery;
using detail::KeySet;

namespace {

/// With durations that can be added up and compared with the clock's.
JwksCacheOptions within_reason(JwksCacheOptions options) {
  for (auto* const duration :
       {&options.time_to_live, &options.minimum_refetch_interval, &options.last_good_serves_for}) {
    *duration = std::clamp(*duration, detail::milliseconds(0), detail::kForever);
  }
  return options;
}

}  // namespace

struct JwksCache::State {
  using Time = std::chrono::steady_clock::time_point;

  State(JwksCacheOptions chosen, detail::JwksSource from)
      : options(within_reason(std::move(chosen))), source(std::move(from)) {}

  [[nodiscard]] Time now() const {
    return options.clock ? options.clock() : std::chrono::steady_clock::now();
  }
  [[nodiscard]] bool is_fresh(Time at) const { return keys && at - good < options.time_to_live; }
  [[nodiscard]] bool may_fetch(Time at) const {
    return !tried || at - *tried >= options.minimum_refetch_interval;
  }
  /// The last good key of that name, if it may still serve.
  [[nodiscard]] const tenens::crypto::VerificationKey* find(std::string_view kid, Time at) const {
    if (!keys || at - good >= options.time_to_live + options.last_good_serves_for) return nullptr;
    return detail::find_key(*keys, kid);
  }
  /// Leaves the lock while the answer is on its way; takes down who else is waiting for it.
  void fetch(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);

  const JwksCacheOptions options;
  const detail::JwksSource source;
  std::mutex mutex;
  std::condition_variable_any landed;
  // Under the mutex from here on.
  bool in_flight = false;
  bool failed = false;        // the last attempt
  std::optional<Time> tried;  // end of the last attempt, or its beginning while in flight
  Time good{};                // of `keys`
  std::optional<KeySet> keys;
};

void JwksCache::State::fetch(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  in_flight = true;
  tried = now();
  lock.unlock();
  std::optional<KeySet> answer;
  try {
    answer = source(stop);
  } catch (...) {
    // A transport must not throw; if one does, the others must not wait for ever.
  }
  lock.lock();
  in_flight = false;
  if (!answer && stop.stop_requested()) {
    tried.reset();  // it was not the server's fault: the next one need not wait
  } else {
    failed = !answer;
    tried = now();
  }
  if (answer) {
    keys = std::move(answer);
    good = *tried;
  }
  landed.notify_all();
}

JwksCache::JwksCache(std::unique_ptr<State> state) : state_(std::move(state)) {}
JwksCache::~JwksCache() = default;

std::shared_ptr<JwksCache> JwksCache::from_clerk(Clerk clerk, JwksCacheOptions options) {
  auto source = detail::source_from_clerk(std::move(clerk), options.timeout);
  return std::shared_ptr<JwksCache>(
      new JwksCache(std::make_unique<State>(std::move(options), std::move(source))));
}

std::shared_ptr<JwksCache> JwksCache::from_url(std::string url, JwksCacheOptions options) {
  auto source = detail::source_from_url(std::move(url), options);
  return std::shared_ptr<JwksCache>(
      new JwksCache(std::make_unique<State>(std::move(options), std::move(source))));
}

KeyAnswer JwksCache::find(const KeyQuery& query) {
  if (query.kid.empty()) return {.key = {}, .fault = TokenFault::kid_missing};
  auto& state = *state_;
  std::unique_lock lock(state.mutex);
  const auto begun = state.now();
  const auto* key = state.find(query.kid, begun);
  bool settled = key != nullptr && (state.is_fresh(begun) || state.in_flight);
  while (!settled) {
    if (state.in_flight) {
      const auto has_landed = [&] { return !state.in_flight; };
      if (!state.landed.wait(lock, query.stop_token, has_landed)) {
        return {.key = {}, .fault = TokenFault::cancelled};
      }
      // Its outcome is ours as well, unless it was given up: who waited does not ask again.
      settled = state.tried.has_value();
    } else {
      if (state.may_fetch(begun)) state.fetch(lock, query.stop_token);
      settled = true;
    }
    key = state.find(query.kid, state.now());
  }
  if (key != nullptr) return {.key = *key};
  if (query.stop_token.stop_requested()) return {.key = {}, .fault = TokenFault::cancelled};
  return {.key = {},
          .fault = state.failed ? TokenFault::keys_unavailable : TokenFault::kid_unknown};
}

}  // namespace clerk_backend_api
