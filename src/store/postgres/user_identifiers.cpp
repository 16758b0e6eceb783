// What must be unique about a user within its instance: addresses, username, external id.
#include <algorithm>

#include "base/ascii.hpp"
#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {
namespace {

bool repeats_an_address(const std::vector<Email>& emails) {
  for (auto one = emails.begin(); one != emails.end(); ++one) {
    const bool again = std::any_of(one + 1, emails.end(), [&](const Email& other) {
      return equal_ignoring_case(one->address, other.address);
    });
    if (again) return true;
  }
  return false;
}

}  // namespace

// Asked before anything is changed, so that a refusal has nothing to undo. Another node may take
// the identifier in between: then a unique index refuses the change, and the work begins anew and
// is refused here.
std::string PostgresTx::taken_identifier(const User& user) {
  if (repeats_an_address(user.emails)) return "email_address";
  for (const auto& email : user.emails) {
    if (belongs_to_another("SELECT 1 FROM user_emails"
                           " WHERE instance_id = $1 AND user_id <> $2 AND lower(address) = "
                           "lower($3 COLLATE \"C\")",
                           user, email.address)) {
      return "email_address";
    }
  }
  if (user.username &&
      belongs_to_another(
          "SELECT 1 FROM users WHERE instance_id = $1 AND id <> $2 AND username = $3", user,
          *user.username)) {
    return "username";
  }
  if (user.external_id &&
      belongs_to_another(
          "SELECT 1 FROM users WHERE instance_id = $1 AND id <> $2 AND external_id = $3", user,
          *user.external_id)) {
    return "external_id";
  }
  return {};
}

bool PostgresTx::belongs_to_another(std::string_view sql, const User& user,
                                    const std::string& identifier) {
  auto query = connection_.query(sql);
  bind(query, user.instance_id, user.id, identifier);
  return query.step();
}

std::vector<Email> PostgresTx::emails_of(const InstanceId& instance, const UserId& user) {
  auto query = connection_.query(kEmails);
  bind(query, instance, user);
  return to_emails(query);
}

std::vector<Email> to_emails(Query& rows) {
  std::vector<Email> found;
  while (rows.step()) {
    auto& email = found.emplace_back();
    read(rows, email.id, email.address, email.created_at);
  }
  return found;
}

void PostgresTx::insert_emails(const User& user) {
  std::int64_t position = 0;
  for (const auto& email : user.emails) {
    change(
        "INSERT INTO user_emails (instance_id, user_id, position, id, address, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        user.instance_id, user.id, position++, email.id, email.address, email.created_at);
  }
}

void PostgresTx::remove_emails(const InstanceId& instance, const UserId& user) {
  change("DELETE FROM user_emails WHERE instance_id = $1 AND user_id = $2", instance, user);
}

}  // namespace tenens::store::postgres
