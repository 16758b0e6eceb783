#include "http/admission.hpp"

#include <algorithm>

namespace tenens::http {
namespace {

constexpr std::chrono::milliseconds kMeasureFor{100};
constexpr double kNewWeight = 0.5;
// Before anything is known: many for a burst, few for a queue.
constexpr std::size_t kUnmeasured = 256;

}  // namespace

bool Admission::begin(Time now) {
  measure(now);
  if (under_way_ >= limit()) {
    refused_ = true;
    return false;
  }
  ++under_way_;
  return true;
}

void Admission::end(Time now) {
  --under_way_;
  ++done_;
  if (under_way_ < always_) busy_ = false;
  measure(now);
}

std::size_t Admission::limit() const {
  const auto wanted = rate_ ? static_cast<std::size_t>(*rate_ * target_.count()) : kUnmeasured;
  return std::clamp(wanted, always_, std::max(always_, most_));
}

void Admission::measure(Time now) {
  if (now < since_ + kMeasureFor) return;
  const std::chrono::duration<double> took = now - since_;
  const double measured = static_cast<double>(done_) / took.count();
  // Those who were refused would have kept it busy, unless nobody has come since.
  if (busy_ || (refused_ && took < 2 * kMeasureFor)) {
    rate_ = rate_ ? *rate_ + (measured - *rate_) * kNewWeight : measured;
  } else if (measured > rate_.value_or(kUnmeasured / target_.count())) {
    rate_ = measured;  // at least that much can be done, even if a stall is all that was seen busy
  }
  since_ = now;
  done_ = 0;
  busy_ = under_way_ >= always_;
  refused_ = false;
}

}  // namespace tenens::http
