// What a list is asked for, and gives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/records.hpp"

namespace tenens {

struct Page {
  std::int64_t limit = 10;
  std::int64_t offset = 0;
};
/// For what is one user's or one browser's.
inline constexpr Page kEverything{.limit = 1'000'000};

/// A page of a list.
template <class Record>
struct Listing {
  std::vector<Record> items = {};
  std::int64_t total = 0;  // of all pages
};

/// An absent field does not filter. All lists are newest first, by id.
struct UserFilter {
  std::vector<std::string> email_addresses = {};  // any of them, exact but for ASCII case
  std::vector<std::string> user_ids = {};         // any of them
  std::vector<std::string> external_ids = {};
  std::vector<std::string> usernames = {};
  std::optional<std::string> query = {};  // in id, address, username or name; ASCII case ignored
  bool oldest_first = false;
  std::optional<UserId> starting_after = {};  // those that follow it, in a list
};

struct ActorTokenFilter {
  std::optional<UserId> user_id = {};
  std::optional<std::string> actor_sub = {};
  std::optional<TokenState> state = {};
};

/// Each of the three moments implies the state `active`.
struct SessionFilter {
  std::optional<UserId> user_id = {};
  std::optional<ClientId> client_id = {};
  std::optional<std::string> actor_sub = {};
  std::optional<SessionState> state = {};
  std::optional<Instant> alive_at = {};      // neither expired nor idle
  std::optional<Instant> expired_at = {};    // its maximum duration came to its end
  std::optional<Instant> abandoned_at = {};  // it went idle for too long before that
  std::optional<SessionId> first_id = {};    // none older than this: bounds the scan
};

struct AuditFilter {
  std::optional<std::string> actor_sub = {};
  std::optional<UserId> user_id = {};
  std::optional<ActorTokenId> actor_token_id = {};
  std::optional<SignInTokenId> sign_in_token_id = {};
  std::optional<SessionId> session_id = {};
  std::optional<AuditAction> action = {};
  std::optional<Instant> since = {};       // at this moment or later
  std::optional<Instant> until = {};       // before this moment
  std::optional<std::int64_t> after = {};  // this sequence number
};

}  // namespace tenens
