#include "store/sqlite/columns.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tenens::store {
namespace {

template <class Value, std::size_t size>
using Names = std::array<std::pair<Value, std::string_view>, size>;

constexpr Names<TokenState, 3> kTokenStates{{
    {TokenState::pending, to_text(TokenState::pending)},
    {TokenState::accepted, to_text(TokenState::accepted)},
    {TokenState::revoked, to_text(TokenState::revoked)},
}};

constexpr Names<SessionState, 5> kSessionStates{{
    {SessionState::active, "active"},
    {SessionState::revoked, "revoked"},
    {SessionState::ended, "ended"},
    {SessionState::removed, "removed"},
    {SessionState::replaced, "replaced"},
}};

constexpr Names<AuditAction, 14> kAuditActions{{
    {AuditAction::actor_token_created, "actor_token_created"},
    {AuditAction::actor_token_redeemed, "actor_token_redeemed"},
    {AuditAction::actor_token_redeem_refused, "actor_token_redeem_refused"},
    {AuditAction::actor_token_revoked, "actor_token_revoked"},
    {AuditAction::actor_token_ended, "actor_token_ended"},
    {AuditAction::session_revoked, "session_revoked"},
    {AuditAction::session_ended, "session_ended"},
    {AuditAction::session_removed, "session_removed"},
    {AuditAction::session_replaced, "session_replaced"},
    {AuditAction::session_restored, "session_restored"},
    {AuditAction::sign_in_token_created, "sign_in_token_created"},
    {AuditAction::sign_in_token_redeemed, "sign_in_token_redeemed"},
    {AuditAction::sign_in_token_redeem_refused, "sign_in_token_redeem_refused"},
    {AuditAction::sign_in_token_revoked, "sign_in_token_revoked"},
}};

template <class Value, std::size_t size>
std::string_view name_of(const Names<Value, size>& names, Value value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  throw StoreError("a value without a name");
}

template <class Value, std::size_t size>
Value value_of(const Names<Value, size>& names, const std::string& text) {
  for (const auto& [known, name] : names) {
    if (name == text) return known;
  }
  throw StoreError("the database holds a value that this version does not know: " + text);
}

}  // namespace

std::string_view to_text(SessionState state) {
  return name_of(kSessionStates, state);
}
std::string_view to_text(AuditAction action) {
  return name_of(kAuditActions, action);
}

void put(Query& query, const Secret& secret) {
  const auto text = secret.expose();
  query.bind_blob({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void put(Query& query, const Actor& actor) {
  bind(query, actor.sub, actor.payload);
}

void put(Query& query, const std::optional<Actor>& actor) {
  if (actor) return put(query, *actor);
  query.bind_null();
  query.bind_null();
}

void take(Query& query, Digest& digest) {
  const auto bytes = query.blob();
  if (bytes.size() != digest.size()) throw StoreError("the database holds a damaged digest");
  std::copy(bytes.begin(), bytes.end(), digest.begin());
}

void take(Query& query, TokenState& state) {
  state = value_of(kTokenStates, query.text());
}
void take(Query& query, SessionState& state) {
  state = value_of(kSessionStates, query.text());
}
void take(Query& query, AuditAction& action) {
  action = value_of(kAuditActions, query.text());
}

void take(Query& query, Secret& secret) {
  const auto bytes = query.blob();
  secret = std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void take(Query& query, Actor& actor) {
  read(query, actor.sub, actor.payload);
}

void take(Query& query, std::optional<Actor>& actor) {
  if (!query.next_is_null()) return take(query, actor.emplace());
  query.skip();
  query.skip();
  actor.reset();
}

}  // namespace tenens::store
