// Every operation in one table: where it goes, whether it may be repeated, what the API says of it.
#pragma once

#include <array>
#include <string_view>

namespace clerk_backend_api::detail {

/// What a second execution of the same request does.
enum class Repeat {
  harmless,  ///< nothing that the first did not do
  doubles,   ///< it may do the same thing twice
};

/// Every create carries an `Idempotency-Key`. Whether a server looks at it is another matter.
enum class IdempotencyKey {
  not_sent,
  sent,      ///< no server is known to look at it
  honoured,  ///< by tenensd: the second request gets the answer of the first
};

struct Operation {
  std::string_view method;
  std::string_view path;  ///< after `/v1`; `{}` stands for the id
  Repeat repeat;
  IdempotencyKey idempotency_key = IdempotencyKey::not_sent;
  /// The statuses for which the API's description of this operation promises a Clerk error body.
  std::array<int, 5> documented{};
};

inline constexpr Operation kCreateActorToken{
    "POST", "/actor_tokens", Repeat::doubles, IdempotencyKey::honoured, {400, 402, 422}};
inline constexpr Operation kRevokeActorToken{
    "POST", "/actor_tokens/{}/revoke", Repeat::harmless, IdempotencyKey::not_sent, {400, 404}};
inline constexpr Operation kListActorTokens{
    "GET", "/actor_tokens", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 422}};
inline constexpr Operation kGetActorToken{
    "GET", "/actor_tokens/{}", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 404}};
inline constexpr Operation kEndActorToken{
    "POST", "/actor_tokens/{}/end", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 404}};

inline constexpr Operation kCreateSignInToken{
    "POST", "/sign_in_tokens", Repeat::doubles, IdempotencyKey::sent, {403, 404, 422}};
inline constexpr Operation kRevokeSignInToken{
    "POST", "/sign_in_tokens/{}/revoke", Repeat::harmless, IdempotencyKey::not_sent, {400, 404}};

inline constexpr Operation kCreateUser{
    "POST", "/users", Repeat::doubles, IdempotencyKey::sent, {400, 401, 402, 403, 422}};
inline constexpr Operation kListUsers{
    "GET", "/users", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 422}};
inline constexpr Operation kCountUsers{
    "GET", "/users/count", Repeat::harmless, IdempotencyKey::not_sent, {422}};
inline constexpr Operation kGetUser{
    "GET", "/users/{}", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 404}};
inline constexpr Operation kUpdateUser{
    "PATCH", "/users/{}", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 404, 409, 422}};
inline constexpr Operation kDeleteUser{
    "DELETE", "/users/{}", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 404}};
inline constexpr Operation kBanUser{
    "POST", "/users/{}/ban", Repeat::harmless, IdempotencyKey::not_sent, {402}};
inline constexpr Operation kUnbanUser{
    "POST", "/users/{}/unban", Repeat::harmless, IdempotencyKey::not_sent, {402}};

inline constexpr Operation kListSessions{
    "GET", "/sessions", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 422}};
inline constexpr Operation kCreateSession{
    "POST", "/sessions", Repeat::doubles, IdempotencyKey::sent, {400, 401, 404, 422}};
inline constexpr Operation kGetSession{
    "GET", "/sessions/{}", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 404}};
inline constexpr Operation kRevokeSession{
    "POST", "/sessions/{}/revoke", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 404}};
inline constexpr Operation kCreateSessionToken{
    "POST", "/sessions/{}/tokens", Repeat::harmless, IdempotencyKey::not_sent, {401, 404}};

inline constexpr Operation kCreateTestingToken{
    "POST", "/testing_tokens", Repeat::harmless, IdempotencyKey::not_sent, {}};

inline constexpr Operation kListAuditEvents{
    "GET", "/audit_events", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 422}};
inline constexpr Operation kListAuditCheckpoints{
    "GET", "/audit_checkpoints", Repeat::harmless, IdempotencyKey::not_sent, {400, 401, 422}};
inline constexpr Operation kGetJwks{"GET", "/jwks", Repeat::harmless, IdempotencyKey::not_sent, {}};

}  // namespace clerk_backend_api::detail
