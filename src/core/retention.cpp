#include "core/retention.hpp"

#include <algorithm>

namespace tenens {

Result<bool> remove_old(Store& store, const InstanceId& instance_id, const Settings& settings,
                        Instant now) {
  auto retention = settings.retention;
  // This month's tokens are counted.
  if (settings.monthly_limit) retention = std::max<seconds>(retention, std::chrono::days(31));
  const auto over_by = now - retention;
  const auto session_life = std::max(settings.session_life_max, settings.own_session_life);

  std::int64_t most = 0;
  const auto committed = store.write([&](WriteTx& tx) -> Done {
    most = 0;
    // Begun so long ago that it was over by then, however long it was to live: so nothing is looked
    // at that has to stay.
    const auto remove = [&]<class Kind>(Kind, seconds longest_life) {
      const auto first_kept = first_id_at<Kind>(over_by - longest_life);
      most = std::max(most, tx.remove_old(instance_id, first_kept, over_by, kMostRemovedAtOnce));
    };
    remove(kind::ActorToken{}, settings.token_life_max);
    remove(kind::SignInToken{}, settings.sign_in_token_life_max);
    remove(kind::Session{}, session_life);
    return {};
  });
  if (!committed) return tl::unexpected(committed.error());
  return most == kMostRemovedAtOnce;
}

}  // namespace tenens
