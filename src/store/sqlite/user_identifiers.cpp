// What must be unique about a user within its instance: addresses, username, external id.
#include "store/schema/users.hpp"
#include "store/sqlite/transaction.hpp"

namespace tenens::store {

// Asked before anything is changed; no one else writes meanwhile. The unique indexes stand behind
// it.
std::string SqliteTx::taken_identifier(const User& user) {
  if (repeats_an_address(user.emails)) return "email_address";
  for (const auto& email : user.emails) {
    if (belongs_to_another("SELECT 1 FROM user_emails"
                           " WHERE instance_id = ? AND user_id <> ? AND lower(address) = lower(?)",
                           user, email.address)) {
      return "email_address";
    }
  }
  if (user.username &&
      belongs_to_another("SELECT 1 FROM users WHERE instance_id = ? AND id <> ? AND username = ?",
                         user, *user.username)) {
    return "username";
  }
  if (user.external_id &&
      belongs_to_another(
          "SELECT 1 FROM users WHERE instance_id = ? AND id <> ? AND external_id = ?", user,
          *user.external_id)) {
    return "external_id";
  }
  return {};
}

bool SqliteTx::belongs_to_another(std::string_view sql, const User& user,
                                  const std::string& identifier) {
  auto query = db_.query(sql);
  bind(query, user.instance_id, user.id, identifier);
  return query.step();
}

std::vector<Email> SqliteTx::emails_of(const InstanceId& instance, const UserId& user) {
  auto query = db_.query(
      "SELECT id, address, created_at FROM user_emails"
      " WHERE instance_id = ? AND user_id = ? ORDER BY position");
  bind(query, instance, user);
  return to_emails(query);
}

void SqliteTx::insert_emails(const User& user) {
  std::int64_t position = 0;
  for (const auto& email : user.emails) {
    change(
        "INSERT INTO user_emails (instance_id, user_id, position, id, address, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        user.instance_id, user.id, position++, email.id, email.address, email.created_at);
  }
}

void SqliteTx::remove_emails(const InstanceId& instance, const UserId& user) {
  change("DELETE FROM user_emails WHERE instance_id = ? AND user_id = ?", instance, user);
}

}  // namespace tenens::store
