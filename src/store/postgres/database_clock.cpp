#include "store/postgres/database_clock.hpp"

#include <algorithm>

namespace tenens::store::postgres {
namespace {

using std::chrono::steady_clock;

constexpr auto kFreshFor = std::chrono::seconds(1);

std::int64_t steady_ms(SteadyTime at) {
  return std::chrono::floor<milliseconds>(at.time_since_epoch()).count();
}

}  // namespace

Instant DatabaseClock::now() const {
  const std::lock_guard lock(mutex_);
  const auto at = steady_clock::now();
  const SteadyTime::duration now = at.time_since_epoch() + milliseconds(offset_ms_.load());
  told_ = std::max(now, told_ + (at - told_at_) / 2);
  told_at_ = at;
  return from_unix_ms(std::chrono::floor<milliseconds>(told_).count());
}

void DatabaseClock::refresh(Connection& connection) {
  const auto before = steady_clock::now();
  auto measured = measured_at_.load();
  const auto due = SteadyTime(SteadyTime::duration(measured)) + kFreshFor;
  // One thread asks; the others use what they have. The first of all has nothing.
  if (measured != 0 && before < due) return;
  if (!measured_at_.compare_exchange_strong(measured, before.time_since_epoch().count())) return;

  auto query = connection.query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
  if (!query.step()) throw StoreError("the database does not tell the time");
  const auto told = query.integer();
  // It was read somewhere between question and answer: in the middle, as far as we know.
  const auto after = steady_clock::now();
  offset_ms_ = told - steady_ms(before + (after - before) / 2);
}

}  // namespace tenens::store::postgres
