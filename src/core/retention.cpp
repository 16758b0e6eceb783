#include "core/retention.hpp"

#include <algorithm>

namespace tenens {

Done Retention::begin_sweep() {
  const auto now = clock_.now();
  const auto over_by = now - *settings_.retention;
  // This month's tokens are counted.
  const auto tokens_by = settings_.monthly_limit ? std::min(over_by, month_start(now)) : over_by;
  std::vector<Instance> instances;
  const auto read = store_.read([&](ReadTx& tx) -> Done {
    instances = tx.instances();
    return {};
  });
  if (!read) return read;
  for (const auto& [id, production, ticket_key, created_at] : instances) {
    const auto add = [&](Removable what, std::string last) {
      rest_.push_back({id, {.what = what, .last = std::move(last), .over_by = over_by}});
    };
    add(Removable::actor_tokens, first_id_at<kind::ActorToken>(tokens_by).text);
    add(Removable::sign_in_tokens, first_id_at<kind::SignInToken>(over_by).text);
    add(Removable::clients, first_id_at<kind::Client>(over_by).text);
  }
  return {};
}

Result<Retention::Step> Retention::step() {
  if (rest_.empty()) {
    if (const auto begun = begin_sweep(); !begun) return tl::unexpected(begun.error());
    if (rest_.empty()) return Step{.sweep_ended = true};
  }
  auto& [instance_id, stretch] = rest_.front();
  LookedAt found;
  const auto read = store_.read([&](ReadTx& tx) -> Done {
    found = tx.look_at(instance_id, stretch, kMostRemoved, kMostLookedAt);
    return {};
  });
  if (!read) return tl::unexpected(read.error());

  Step step{.what = stretch.what};
  if (found.over > 0) {
    auto seen = stretch;
    seen.last = found.last;
    const auto committed = store_.write([&](WriteTx& tx) -> Done {
      step.removed = tx.remove_over(instance_id, seen);
      return {};
    });
    if (!committed) return tl::unexpected(committed.error());
  }
  if (found.at_end) {
    rest_.pop_front();
  } else {
    stretch.after = found.last;
  }
  step.sweep_ended = rest_.empty();
  return step;
}

}  // namespace tenens
