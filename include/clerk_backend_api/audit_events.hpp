// Audit events: who did what on behalf of whom. An extension of `tenensd`; Clerk has no such route.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clerk_backend_api/listing.hpp"
#include "clerk_backend_api/options.hpp"
#include "clerk_backend_api/result.hpp"
#include "clerk_backend_api/value.hpp"
#include "clerk_backend_api/visibility.hpp"
#include "clerk_backend_api/word.hpp"

namespace clerk_backend_api {

struct AuditAction : Word {
  using Word::Word;
  static constexpr std::string_view actor_token_created = "actor_token.created";
  static constexpr std::string_view actor_token_redeemed = "actor_token.redeemed";
  static constexpr std::string_view actor_token_redeem_refused = "actor_token.redeem_refused";
  static constexpr std::string_view actor_token_revoked = "actor_token.revoked";
  static constexpr std::string_view actor_token_ended = "actor_token.ended";
  static constexpr std::string_view session_created = "session.created";
  static constexpr std::string_view session_revoked = "session.revoked";
  static constexpr std::string_view session_revoked_by_user = "session.revoked_by_user";
  static constexpr std::string_view session_ended = "session.ended";
  static constexpr std::string_view session_removed = "session.removed";
  static constexpr std::string_view session_replaced = "session.replaced";
  static constexpr std::string_view session_restored = "session.restored";
  static constexpr std::string_view session_expired = "session.expired";
  static constexpr std::string_view session_abandoned = "session.abandoned";
  static constexpr std::string_view sign_in_token_created = "sign_in_token.created";
  static constexpr std::string_view sign_in_token_redeemed = "sign_in_token.redeemed";
  static constexpr std::string_view sign_in_token_redeem_refused = "sign_in_token.redeem_refused";
  static constexpr std::string_view sign_in_token_revoked = "sign_in_token.revoked";
  static constexpr std::string_view actor_token_redeem_repeated = "actor_token.redeem_repeated";
  static constexpr std::string_view sign_in_token_redeem_repeated = "sign_in_token.redeem_repeated";
  static constexpr std::string_view user_banned = "user.banned";
  static constexpr std::string_view user_unbanned = "user.unbanned";
  static constexpr std::string_view user_deleted = "user.deleted";
  static constexpr std::string_view secret_key_replaced = "secret_key.replaced";
  static constexpr std::string_view signing_key_rotated = "signing_key.rotated";
  static constexpr std::string_view database_recovered = "database.recovered";
  static constexpr std::string_view outcome_committed = "outcome.committed";
  static constexpr std::string_view outcome_undone = "outcome.undone";
};

/// One record, written in the same commit as the act itself; `outcome.*` afterwards, of an act
/// whose caller was answered 503 `outcome_unknown`, and `session.expired` and `session.abandoned`,
/// of an impersonation that ran out by itself, whose `at` is when it did.
struct AuditEvent {
  std::int64_t sequence = 0;  ///< 1, 2, 3, … without a gap
  std::int64_t at = 0;        ///< Unix time in milliseconds
  AuditAction action = {};
  std::optional<std::string> key_id = {};   ///< the secret key that asked, or the new one
  std::optional<Object> actor = {};         ///< who acts, whole
  std::optional<std::string> user_id = {};  ///< on behalf of whom
  std::optional<std::string> actor_token_id = {};
  std::optional<std::string> sign_in_token_id = {};
  std::optional<std::string> session_id = {};
  std::string address = {};  ///< network address of the caller, or the operator's command
  std::optional<std::string> reason =
      {};  ///< as given at create; of an operator's act: what came of it
  std::optional<std::string> code =
      {};  ///< of a refusal: the error code the caller got; of an outcome: the act
  Object additional_fields = {};  ///< what the server sent beyond these, as it came
};

/// One page, newest first; `total_count` counts all pages.
struct AuditEventList {
  std::vector<AuditEvent> data = {};
  std::int64_t total_count = 0;
};

/// What `list` looks for. A field left empty does not filter.
struct ListAuditEventsRequest {
  std::optional<std::string> actor_sub = {};
  std::optional<std::string> user_id = {};
  std::optional<std::string> actor_token_id = {};
  std::optional<std::string> sign_in_token_id = {};
  std::optional<std::string> session_id = {};
  std::optional<AuditAction> action = {};
  std::optional<std::int64_t> since = {};   ///< Unix time in milliseconds; of that moment or later
  std::optional<std::int64_t> until = {};   ///< Unix time in milliseconds; before that moment
  std::optional<std::int64_t> limit = {};   ///< 1 to 500; 10
  std::optional<std::int64_t> offset = {};  ///< 0
};

namespace detail {
class Caller;
}

/// Reached as `Clerk::audit_events`. Thread-safe.
class CLERK_BACKEND_API_EXPORT AuditEvents {
 public:
  explicit AuditEvents(std::shared_ptr<detail::Caller> caller) : caller_(std::move(caller)) {}

  /// GET /v1/audit_events. New events shift the pages: to read on without missing one, remember the
  /// `sequence` and not the offset.
  ///
  /// Errors: `invalid_request`, `unauthenticated`, `not_found` (the server is not a tenensd),
  /// `rate_limited`, `unavailable`, `cancelled`.
  Result<AuditEventList> list(const ListAuditEventsRequest& request = {},
                              const RequestOptions& options = {}) const;

  /// All pages of `list`, fetched one by one while you iterate; see Listing. Events that are
  /// written meanwhile push older ones onto the next page, which are then seen twice: compare
  /// `sequence`.
  Listing<AuditEvent> list_all(ListAuditEventsRequest request = {},
                               RequestOptions options = {}) const;

 private:
  std::shared_ptr<detail::Caller> caller_;
};

}  // namespace clerk_backend_api
