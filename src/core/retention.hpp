// Tokens and sessions that have been over for so long that nobody asks for them any more. The audit
// keeps its rows.
#pragma once

#include "core/settings.hpp"
#include "core/store.hpp"

namespace tenens {

/// Of each kind, in one transaction. So few that nobody who waits for the same commit notices.
inline constexpr std::int64_t kMostRemovedAtOnce = 100;

/// Removes some of the oldest, and says whether there may be more.
[[nodiscard]] Result<bool> remove_old(Store& store, const InstanceId& instance_id,
                                      const Settings& settings, Instant now);

}  // namespace tenens
