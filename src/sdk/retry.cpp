#include "sdk/retry.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace clerk_backend_api::detail {
namespace {

/// The server, or something before it, says that it did not do this and that it may do it later.
/// 500 is not among them: whatever broke there breaks again.
bool refuses_for_now(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

bool worth_repeating(const RetryPolicy& policy, const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::not_sent: return policy.if_not_sent;
    case Outcome::Kind::lost: return policy.if_lost;
    case Outcome::Kind::answered:
      return policy.if_refused_for_now && refuses_for_now(outcome.status);
    case Outcome::Kind::final: break;
  }
  return false;
}

milliseconds backoff_delay(const BackoffStrategy& backoff, int attempts, double jitter) {
  const auto initial = static_cast<double>(backoff.initial_interval.count());
  const auto longest = static_cast<double>(std::min(backoff.max_interval, kForever).count());
  const double grown = initial * std::pow(std::max(1.0, backoff.exponent), attempts - 1);
  // Half of the wait is certain, so that a server in trouble gets some peace from everybody.
  const double delay = std::clamp(grown, 0.0, std::max(0.0, longest)) * (1.0 - jitter / 2.0);
  return milliseconds(std::llround(delay));
}

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// IMF-fixdate only: `Sun, 06 Nov 1994 08:49:37 GMT`. The other two forms are obsolete since 1997.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
  const auto* const month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  const auto day = number_of(text.substr(5, 2));
  const auto year = number_of(text.substr(12, 4));
  const auto hour = number_of(text.substr(17, 2));
  const auto minute = number_of(text.substr(20, 2));
  const auto second = number_of(text.substr(23, 2));
  if (month == kMonths.end() || !day || !year || !hour || !minute || !second) return std::nullopt;

  const std::chrono::year_month_day date{
      std::chrono::year(*year),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace

RetryPolicy policy_for(Repeat repeat, const std::optional<RetryConfig>& config) {
  if (config && config->strategy == RetryStrategy::none) return {};
  const auto choice = config ? config->retry_connection_errors : std::nullopt;
  const bool asked = choice.value_or(false);
  const bool connection_errors = choice.value_or(true);
  const bool harmless = repeat == Repeat::harmless;
  return {.backoff = config ? config->backoff : BackoffStrategy{},
          .if_not_sent = connection_errors,
          .if_lost = harmless ? connection_errors : asked,
          .if_refused_for_now = harmless || asked};
}

Step next(const RetryPolicy& policy, const RetryState& state, const Outcome& outcome,
          SteadyTime now, double jitter) {
  if (!worth_repeating(policy, outcome)) return {.kind = Step::Kind::done};
  // "At once", or a date that has passed here, would be a loop without a pause.
  const bool told = outcome.retry_after && outcome.retry_after->count() > 0;
  const auto wait = told ? std::min(*outcome.retry_after, kMaxRetryAfter)
                         : backoff_delay(policy.backoff, state.attempts, jitter);
  if (now - state.started + wait > std::min(policy.backoff.max_elapsed_time, kForever)) {
    return {.kind = Step::Kind::give_up};
  }
  return {.kind = Step::Kind::wait, .wait = wait};
}

std::optional<milliseconds> parse_retry_after(std::string_view text,
                                              std::chrono::system_clock::time_point now) {
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) {
    // Nine digits of seconds are thirty years; more would only be there to overflow something.
    const auto seconds = number_of(text.substr(0, 9));
    return std::chrono::seconds(seconds.value_or(0));
  }
  const auto date = parse_http_date(text);
  if (!date) return std::nullopt;
  const auto left = std::chrono::ceil<milliseconds>(*date - now);
  return std::max(left, milliseconds(0));
}

}  // namespace clerk_backend_api::detail
