// Redemption: a ticket becomes a session, at most once.
#pragma once

#include <atomic>

#include "core/clients.hpp"
#include "core/tickets.hpp"

namespace tenens {

struct SignedIn {
  SignInAttemptId attempt_id;
  Session session;
  Secret client_cookie;  // new at every sign-in
  ClientView view;
};

/// What the page behind a link shows before anyone presses its button.
struct TicketPreview {
  ActorToken token;
  User subject;
  std::optional<User> acting_user;
};

class SignIns {
 public:
  SignIns(Store& store, const Clock& clock, IdMint& ids, Random& random, const Tickets& tickets,
          const Settings& settings)
      : store_(store),
        clock_(clock),
        ids_(ids),
        random_(random),
        tickets_(tickets),
        settings_(settings) {}

  /// Spends the ticket. Failures: ticket_invalid, ticket_expired, ticket_used, ticket_revoked,
  /// ticket_unusable, ticket_subject_gone, user_banned, actor_banned, impersonating_already, and
  /// the store's; after outcome_unknown the ticket counts as spent.
  [[nodiscard]] Result<SignedIn> redeem(const Visitor& visitor, const Secret& ticket);

  /// Changes nothing, however often it is called. Failures: as redeem.
  [[nodiscard]] Result<TicketPreview> preview(const Visitor& visitor, const Secret& ticket);

 private:
  struct Attempt;
  [[nodiscard]] Done judge(const Attempt& attempt) const;
  [[nodiscard]] Done open(WriteTx& tx, Attempt& attempt);
  /// Audits a ticket that did not verify: forged, or ours and past its time.
  void note_unproven(const Visitor& visitor, const Failure& failure, Instant now);

  Store& store_;
  const Clock& clock_;
  IdMint& ids_;
  Random& random_;
  const Tickets& tickets_;
  const Settings& settings_;
  std::atomic<std::int64_t> unproven_noted_{0};  // how many, in which second
};

}  // namespace tenens
