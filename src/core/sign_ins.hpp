// Redemption: a ticket becomes a session, at most once. An actor token's session has an actor; a
// sign-in token's is the user's own.
#pragma once

#include <atomic>

#include "core/clients.hpp"
#include "core/grants.hpp"

namespace tenens {

struct SignedIn {
  SignInAttemptId attempt_id;
  Session session;
  Secret client_cookie;  // new at every sign-in
  ClientView view;
};

/// What the page behind a link shows before anyone presses its button.
struct TicketPreview {
  Grant grant;
  User subject;
  std::optional<User> acting_user = {};
  std::optional<User> own_user = {};  // as whom the browser is signed in, where somebody acts
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
  /// ticket_unusable, ticket_subject_gone and the like of sign-in tokens, user_banned,
  /// actor_banned, impersonating_already, session_exists, and the store's; after outcome_unknown
  /// the ticket counts as spent. Who sends a `nonce` and heard no answer, or outcome_unknown, may
  /// send both again within two minutes, and gets the session that the first request opened, opens
  /// it, or is refused.
  [[nodiscard]] Result<SignedIn> redeem(const Visitor& visitor, const Secret& ticket,
                                        const std::optional<Secret>& nonce = {});

  /// Changes nothing, however often it is called. Failures: as redeem.
  [[nodiscard]] Result<TicketPreview> preview(const Visitor& visitor, const Secret& ticket);

 private:
  struct Attempt;
  void load(ReadTx& tx, Attempt& attempt) const;
  [[nodiscard]] Done judge(const Attempt& attempt) const;
  [[nodiscard]] Done judge_impersonation(const Attempt& attempt) const;
  [[nodiscard]] Done judge_sign_in(const Attempt& attempt) const;
  [[nodiscard]] tl::unexpected<Failure> refuse_as_loser(ReadTx& tx, const Attempt& attempt) const;
  void close_others(WriteTx& tx, Attempt& attempt, Client& client);
  [[nodiscard]] Result<SignedIn> open(WriteTx& tx, Attempt& attempt);
  [[nodiscard]] std::optional<SignedIn> open_again(WriteTx& tx, Attempt& attempt);
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
