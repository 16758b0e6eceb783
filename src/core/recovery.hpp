// After a restore: what a database still takes for open may be spent, revoked or over.
#pragma once

#include "core/store.hpp"

namespace tenens {

/// In one commit, with an audit row that says how many: every pending token and every live session
/// of every instance is void.
[[nodiscard]] Result<Voided> recover(Store& store, const Clock& clock);

}  // namespace tenens
