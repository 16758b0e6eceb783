// My own session survives: what an impersonation has replaced comes back when it is over, unless it
// is closed before.
#pragma once

#include <vector>

#include "core/clients.hpp"

namespace tenens {

/// Reopens the session that `client` remembers, if it is the browser's own, would still be alive
/// and its user may still go on; then `client` has it in front. Either way it is remembered no
/// longer. While the browser has an impersonation nothing happens: that is always alone. Nothing
/// that a request names is looked at: which session comes back was decided when the impersonation
/// began.
void restore_session(WriteTx& tx, Client& client, const Visitor& visitor, const Settings& settings,
                     Instant now);

/// Whether an impersonation has replaced the session, and it would come back after that.
[[nodiscard]] bool is_away(ReadTx& tx, const Session& session, const Settings& settings,
                           Instant now);

/// Of those that `whose` chooses: what is alive at `now`, and then, with `--restore-session`, all
/// that an impersonation has replaced; each newest first. Whether it may come back is not asked,
/// nor whether the user may go on.
[[nodiscard]] std::vector<Session> open_sessions(ReadTx& tx, const InstanceId& instance,
                                                 SessionFilter whose, const Settings& settings,
                                                 Instant now);

/// Closes the session if it is alive, or is away and may come back. True if it did.
[[nodiscard]] bool close_session(WriteTx& tx, const Session& session, SessionState to,
                                 const Settings& settings, Instant now);

/// Closes those that are alive, in favour of a session that begins in the same browser.
void replace_sessions(WriteTx& tx, const std::vector<Session>& sessions, const Visitor& by,
                      Instant now);

}  // namespace tenens
