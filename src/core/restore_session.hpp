// My own session survives: what an impersonation has replaced comes back when it is over.
#pragma once

#include "core/clients.hpp"

namespace tenens {

/// Reopens the session that `client` remembers, if it is the browser's own, would still be alive
/// and its user may still go on; then `client` has it in front. Either way it is remembered no
/// longer. Nothing that a request names is looked at: which session comes back was decided when the
/// impersonation began.
void restore_session(WriteTx& tx, Client& client, const Visitor& visitor, const Settings& settings,
                     Instant now);

}  // namespace tenens
