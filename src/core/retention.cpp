#include "core/retention.hpp"

#include <algorithm>

#include "core/transact.hpp"

namespace tenens {

Done Retention::begin_sweep() {
  const auto now = clock_.now();
  const auto over_by = now - *settings_.retention;
  // This month's tokens are counted.
  const auto tokens_by = settings_.monthly_limit ? std::min(over_by, month_start(now)) : over_by;
  const auto instances = read_from(store_, [](ReadTx& tx) { return tx.instances(); });
  if (!instances) return tl::unexpected(instances.error());
  for (const auto& [id, production, ticket_key, created_at] : *instances) {
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
  const auto found = read_from(store_, [&](ReadTx& tx) {
    return tx.look_at(instance_id, stretch, kMostRemoved, kMostLookedAt);
  });
  if (!found) return tl::unexpected(found.error());

  Step step{.what = stretch.what};
  if (found->over > 0) {
    auto seen = stretch;
    seen.last = found->last;
    const auto removed =
        write_to(store_, [&](WriteTx& tx) { return tx.remove_over(instance_id, seen); });
    if (!removed) return tl::unexpected(removed.error());
    step.removed = *removed;
  }
  if (found->at_end) {
    rest_.pop_front();
  } else {
    stretch.after = found->last;
  }
  step.sweep_ended = rest_.empty();
  return step;
}

}  // namespace tenens
