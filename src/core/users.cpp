#include "core/users.hpp"

#include <algorithm>

#include "core/audit_events.hpp"
#include "core/json_objects.hpp"
#include "core/restore_session.hpp"
#include "core/transact.hpp"
#include "wire/users.hpp"

namespace tenens {
namespace {

using clerk_backend_api::Object;

Object merged(const Object& base, const Object& changes) {
  Object result;
  for (const auto& [name, value] : base) {
    if (changes.find(name) == nullptr) result.set(name, value);
  }
  for (const auto& [name, change] : changes) {
    if (change.is_null()) continue;
    if (const auto* inner = change.if_object()) {
      const auto* before = base.find(name);
      const auto* inner_before = before == nullptr ? nullptr : before->if_object();
      result.set(name, merged(inner_before == nullptr ? Object() : *inner_before, *inner));
    } else {
      result.set(name, change);
    }
  }
  return result;
}

JsonObject merged(const JsonObject& base, const JsonObject& changes) {
  return to_json_object(merged(to_object(base), to_object(changes)));
}

template <class T>
void apply(std::optional<T>& field, const Change<T>& change) {
  if (change) field = *change;
}

void apply(JsonObject& field, const std::optional<JsonObject>& change) {
  if (change) field = *change;
}

void apply(User& user, const UserChanges& changes) {
  apply(user.external_id, changes.external_id);
  apply(user.username, changes.username);
  apply(user.first_name, changes.first_name);
  apply(user.last_name, changes.last_name);
  apply(user.public_metadata, changes.public_metadata);
  apply(user.private_metadata, changes.private_metadata);
  apply(user.unsafe_metadata, changes.unsafe_metadata);
  if (changes.primary_email_id) user.primary_email_id = changes.primary_email_id;
}

bool owns(const User& user, const IdentificationId& email_id) {
  return std::any_of(user.emails.begin(), user.emails.end(),
                     [&](const Email& email) { return email.id == email_id; });
}

}  // namespace

Result<User> Users::create(const Caller& caller, const NewUser& wanted) {
  const auto now = clock_.now();
  User user;
  user.id = ids_.make<UserId>();
  user.instance_id = caller.instance_id;
  user.created_at = user.updated_at = now;
  for (const auto& address : wanted.email_addresses) {
    user.emails.push_back({ids_.make<IdentificationId>(), address, now});
  }
  if (!user.emails.empty()) user.primary_email_id = user.emails.front().id;
  apply(user, wanted.fields);

  const auto committed = store_.write([&](WriteTx& tx) -> Done {
    std::string taken;
    if (!tx.insert(user, taken)) return refuse(Code::param_taken, taken);
    return {};
  });
  if (!committed) return tl::unexpected(committed.error());
  return user;
}

Result<User> Users::update(const Caller& caller, const UserId& id, const UserChanges& changes) {
  const auto now = clock_.now();
  return write_to(store_, [&](WriteTx& tx) -> Result<User> {
    auto user = tx.find_user_to_update(caller.instance_id, id);
    if (!user) return refuse(Code::user_not_found, id.text);
    if (changes.primary_email_id && !owns(*user, *changes.primary_email_id)) {
      return refuse(Code::param_invalid, "primary_email_address_id",
                    "It is not one of the user's email addresses.");
    }
    apply(*user, changes);
    user->updated_at = now;
    std::string taken;
    if (!tx.update(*user, taken)) return refuse(Code::param_taken, taken);
    return *std::move(user);
  });
}

Result<User> Users::merge_metadata(const Caller& caller, const UserId& id,
                                   const MetadataChanges& changes) {
  const auto now = clock_.now();
  return write_to(store_, [&](WriteTx& tx) -> Result<User> {
    auto user = tx.find_user_to_update(caller.instance_id, id);
    if (!user) return refuse(Code::user_not_found, id.text);
    const auto merge = [](JsonObject& field, const std::optional<JsonObject>& change) {
      if (!change) return true;
      field = merged(field, *change);
      // It must be read again: JSON has bounds beside its length.
      return field.text.size() <= wire::kMaxMetadataBytes &&
             clerk_backend_api::parse_json(field.text).has_value();
    };
    const std::string too_large =
        !merge(user->public_metadata, changes.public_metadata)     ? "public_metadata"
        : !merge(user->private_metadata, changes.private_metadata) ? "private_metadata"
        : !merge(user->unsafe_metadata, changes.unsafe_metadata)   ? "unsafe_metadata"
                                                                   : "";
    if (!too_large.empty()) {
      return refuse(Code::param_invalid, too_large, wire::kMetadataTooLarge);
    }
    user->updated_at = now;
    std::string taken;
    tx.update(*user, taken);
    return *std::move(user);
  });
}

Result<User> Users::find(const Caller& caller, const UserId& id) {
  return read_from(store_, [&](ReadTx& tx) -> Result<User> {
    auto user = tx.find_user(caller.instance_id, id);
    if (!user) return refuse(Code::user_not_found, id.text);
    return *std::move(user);
  });
}

Result<std::vector<User>> Users::list(const Caller& caller, const UserFilter& filter, Page page) {
  return read_from(store_, [&](ReadTx& tx) { return tx.users(caller.instance_id, filter, page); });
}

Result<std::int64_t> Users::count(const Caller& caller, const UserFilter& filter) {
  return read_from(store_, [&](ReadTx& tx) { return tx.count_users(caller.instance_id, filter); });
}

void Users::close_sessions(WriteTx& tx, const Caller& caller, const UserId& id, Instant now) {
  const SessionFilter as_themselves{.user_id = id};
  const SessionFilter for_others{.actor_sub = id.text};
  for (const auto& whose : {as_themselves, for_others}) {
    for (const auto& session : open_sessions(tx, caller.instance_id, whose, settings_, now)) {
      const bool closed = close_session(tx, session, SessionState::revoked, settings_, now);
      if (closed) tx.append(audit::event(AuditAction::session_revoked, session, now, caller));
    }
  }
}

Done Users::remove(const Caller& caller, const UserId& id) {
  const auto now = clock_.now();
  return store_.write([&](WriteTx& tx) -> Done {
    if (!tx.remove_user(caller.instance_id, id)) return refuse(Code::user_not_found, id.text);
    tx.append(audit::event(AuditAction::user_deleted, id, now, caller));
    close_sessions(tx, caller, id, now);
    return {};
  });
}

Result<User> Users::set_banned(const Caller& caller, const UserId& id, bool banned) {
  const auto now = clock_.now();
  return write_to(store_, [&](WriteTx& tx) -> Result<User> {
    auto user = tx.find_user_to_update(caller.instance_id, id);
    if (!user) return refuse(Code::user_not_found, id.text);
    if (user->banned != banned) {
      const auto action = banned ? AuditAction::user_banned : AuditAction::user_unbanned;
      tx.append(audit::event(action, id, now, caller));
    }
    user->banned = banned;
    user->updated_at = now;
    std::string taken;
    tx.update(*user, taken);
    if (banned) close_sessions(tx, caller, id, now);
    return *std::move(user);
  });
}

}  // namespace tenens
