#include "core/sign_in_tokens.hpp"

#include "core/audit_events.hpp"
#include "core/durations.hpp"
#include "core/transact.hpp"

namespace tenens {

Result<MintedSignInToken> SignInTokens::create(const Caller& caller, const NewSignInToken& wanted) {
  const auto now = clock_.now();
  const auto life = duration_within("expires_in_seconds", wanted.expires_in_seconds,
                                    settings_.sign_in_token_life, settings_.sign_in_token_life_max);
  if (!life) return tl::unexpected(life.error());
  SignInToken token{.id = ids_.make<SignInTokenId>(),
                    .instance_id = caller.instance_id,
                    .user_id = wanted.user_id,
                    .expires_in = *life,
                    .expires_at = now + *life,
                    .created_at = now,
                    .updated_at = now};
  auto ticket = tickets_.mint(token);
  token.ticket_digest = Tickets::digest(ticket);

  const auto committed = store_.write([&](WriteTx& tx) -> Done {
    const auto user = tx.find_user(caller.instance_id, wanted.user_id);
    if (!user) return refuse(Code::user_not_found, wanted.user_id.text);
    if (user->banned) return refuse(Code::user_banned, wanted.user_id.text);
    tx.insert(token);
    tx.append(audit::event(AuditAction::sign_in_token_created, token, now, caller));
    return {};
  });
  if (!committed) return tl::unexpected(committed.error());
  auto url = tickets_.url(ticket);
  return MintedSignInToken{std::move(token), std::move(ticket), std::move(url)};
}

Result<SignInToken> SignInTokens::revoke(const Caller& caller, const SignInTokenId& id) {
  const auto now = clock_.now();
  return write_to(store_, [&](WriteTx& tx) -> Result<SignInToken> {
    const bool revoked = tx.revoke_if_pending(caller.instance_id, id, now);
    auto token = tx.find_sign_in_token(caller.instance_id, id);
    if (!token) return refuse(Code::resource_not_found);
    if (!revoked) {
      return refuse(Code::sign_in_token_not_revocable, {}, std::string(to_text(token->state)));
    }
    tx.append(audit::event(AuditAction::sign_in_token_revoked, *token, now, caller));
    return *std::move(token);
  });
}

}  // namespace tenens
