// Sign-in tokens: minted and revoked. Each lets its user in once, as themselves.
#pragma once

#include "core/caller.hpp"
#include "core/store.hpp"
#include "core/tickets.hpp"

namespace tenens {

struct NewSignInToken {
  UserId user_id;  // who will be signed in
  std::optional<std::int64_t> expires_in_seconds = {};
};

struct MintedSignInToken {
  SignInToken record;
  Secret ticket;
  Secret url;
};

class SignInTokens {
 public:
  SignInTokens(Store& store, const Clock& clock, IdMint& ids, const Tickets& tickets,
               const Settings& settings)
      : store_(store), clock_(clock), ids_(ids), tickets_(tickets), settings_(settings) {}

  /// Failures: param_invalid (the duration), user_not_found, user_banned, and the store's.
  [[nodiscard]] Result<MintedSignInToken> create(const Caller& caller,
                                                 const NewSignInToken& wanted);

  /// Only while pending. Failures: resource_not_found, sign_in_token_not_revocable, and the
  /// store's.
  [[nodiscard]] Result<SignInToken> revoke(const Caller& caller, const SignInTokenId& id);

 private:
  Store& store_;
  const Clock& clock_;
  IdMint& ids_;
  const Tickets& tickets_;
  const Settings& settings_;
};

}  // namespace tenens
