// Users: the people one can act on behalf of.
#pragma once

#include "core/caller.hpp"
#include "core/settings.hpp"
#include "core/store.hpp"

namespace tenens {

/// An update names only what changes; an inner nothing clears the field.
template <class T>
using Change = std::optional<std::optional<T>>;

struct UserChanges {
  Change<std::string> external_id = {};
  Change<std::string> username = {};
  Change<std::string> first_name = {};
  Change<std::string> last_name = {};
  std::optional<IdentificationId> primary_email_id = {};
  std::optional<JsonObject> public_metadata = {};
  std::optional<JsonObject> private_metadata = {};
  std::optional<JsonObject> unsafe_metadata = {};
};

/// What is to be merged into metadata, level by level; null removes a name.
struct MetadataChanges {
  std::optional<JsonObject> public_metadata = {};
  std::optional<JsonObject> private_metadata = {};
  std::optional<JsonObject> unsafe_metadata = {};
};

struct NewUser {
  std::vector<std::string> email_addresses = {};
  UserChanges fields;
};

class Users {
 public:
  Users(Store& store, const Clock& clock, IdMint& ids, const Settings& settings)
      : store_(store), clock_(clock), ids_(ids), settings_(settings) {}

  /// Failures: param_taken, and the store's.
  [[nodiscard]] Result<User> create(const Caller& caller, const NewUser& wanted);
  /// Failures: user_not_found, param_taken, param_invalid (primary_email_address_id is not theirs).
  [[nodiscard]] Result<User> update(const Caller& caller, const UserId& id,
                                    const UserChanges& changes);
  /// Failures: user_not_found, param_invalid (one of the three would be too long).
  [[nodiscard]] Result<User> merge_metadata(const Caller& caller, const UserId& id,
                                            const MetadataChanges& changes);
  [[nodiscard]] Result<User> find(const Caller& caller, const UserId& id);
  [[nodiscard]] Result<std::vector<User>> list(const Caller& caller, const UserFilter& filter,
                                               Page page);
  [[nodiscard]] Result<std::int64_t> count(const Caller& caller, const UserFilter& filter);
  /// Both end, with the same commit, the user's sessions and those in which the user acts for
  /// others; pending tokens for the user die by policy.
  [[nodiscard]] Done remove(const Caller& caller, const UserId& id);
  [[nodiscard]] Result<User> set_banned(const Caller& caller, const UserId& id, bool banned);

 private:
  void close_sessions(WriteTx& tx, const Caller& caller, const UserId& id, Instant now);

  Store& store_;
  const Clock& clock_;
  IdMint& ids_;
  const Settings& settings_;
};

}  // namespace tenens
