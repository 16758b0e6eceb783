// Audit records: how each is made, and how they are read.
#pragma once

#include "core/caller.hpp"
#include "core/store.hpp"

namespace tenens {

/// The wire name, such as `actor_token.created`. Not for `unknown`, which has none.
[[nodiscard]] std::string_view to_text(AuditAction action);
/// The same as the databases have it, such as `actor_token_created`. Throws StoreError for
/// `unknown`.
[[nodiscard]] std::string_view to_word(AuditAction action);
/// As it is stored, whatever version of this program reads it.
[[nodiscard]] std::string_view stored_action(const AuditEvent& event);
/// A word that this program does not know is kept: while servers are replaced one by one, the older
/// ones read what the newer ones write.
void set_stored_action(AuditEvent& event, std::string_view word);
/// The wire name; of an unknown action, its word as it is stored.
[[nodiscard]] std::string_view action_text(const AuditEvent& event);

namespace audit {

/// Something happened to a token or to its session, on a back end's word or a browser's.
[[nodiscard]] AuditEvent event(AuditAction action, const ActorToken& token, Instant now,
                               const Caller& by);
[[nodiscard]] AuditEvent event(AuditAction action, const ActorToken& token, Instant now,
                               const Visitor& by);
[[nodiscard]] AuditEvent event(AuditAction action, const SignInToken& token, Instant now,
                               const Caller& by);
[[nodiscard]] AuditEvent event(AuditAction action, const SignInToken& token, Instant now,
                               const Visitor& by);
[[nodiscard]] AuditEvent event(AuditAction action, const Session& session, Instant now,
                               const Caller& by);
[[nodiscard]] AuditEvent event(AuditAction action, const Session& session, Instant now,
                               const Visitor& by);

/// A session ran out by itself: `at` is when, which may be some time ago.
[[nodiscard]] AuditEvent run_out(AuditAction action, const Session& session, Instant at);

/// A back end did that to a user.
[[nodiscard]] AuditEvent event(AuditAction action, const UserId& user, Instant now,
                               const Caller& by);

/// The operator did that to an instance, by this command.
[[nodiscard]] AuditEvent operators(AuditAction action, const InstanceId& instance, Instant now,
                                   std::string command, std::optional<std::string> what = {});

/// What became of `act`, whose caller was told outcome_unknown.
[[nodiscard]] AuditEvent outcome(AuditEvent act, bool committed, Instant now);

}  // namespace audit

class AuditEvents {
 public:
  explicit AuditEvents(Store& store) : store_(store) {}

  [[nodiscard]] Result<Listing<AuditEvent>> list(const Caller& caller, const AuditFilter& filter,
                                                 Page page);

 private:
  Store& store_;
};

}  // namespace tenens
