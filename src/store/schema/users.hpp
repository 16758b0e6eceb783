// How a user stands in its table, in every kind of database.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/ascii.hpp"
#include "store/schema/columns.hpp"

namespace tenens::store {

inline const std::string kSelectUser =
    "SELECT instance_id, id, external_id, username, first_name, last_name, primary_email_id,"
    " public_metadata, private_metadata, unsafe_metadata, banned, last_sign_in_at, created_at,"
    " updated_at FROM users";

template <class Query>
[[nodiscard]] User to_user(Query& row) {
  User user;
  read(row, user.instance_id, user.id, user.external_id, user.username, user.first_name,
       user.last_name, user.primary_email_id, user.public_metadata, user.private_metadata,
       user.unsafe_metadata, user.banned, user.last_sign_in_at, user.created_at, user.updated_at);
  return user;
}

template <class Query>
[[nodiscard]] std::vector<Email> to_emails(Query& rows) {
  std::vector<Email> found;
  while (rows.step()) {
    auto& email = found.emplace_back();
    read(rows, email.id, email.address, email.created_at);
  }
  return found;
}

/// As lower() of an address in either database: ASCII alone.
[[nodiscard]] inline std::vector<std::string> folded(const std::vector<std::string>& addresses) {
  std::vector<std::string> lower;
  for (const auto& address : addresses) lower.push_back(to_lower(address));
  return lower;
}

/// The wire refuses that first; a table's index would see it as somebody else's.
[[nodiscard]] inline bool repeats_an_address(const std::vector<Email>& emails) {
  std::set<std::string> seen;
  return !std::all_of(emails.begin(), emails.end(), [&](const Email& email) {
    return seen.insert(to_lower(email.address)).second;
  });
}

/// Ids are ordered by time.
template <class Filter>
void add_order(Filter& filter, const UserFilter& wanted) {
  const auto& before = wanted.starting_after;
  if (wanted.oldest_first) {
    if (before) filter.add(" AND id > ?", *before);
    filter.add(" ORDER BY id");
  } else {
    if (before) filter.add(" AND id < ?", *before);
    filter.add(" ORDER BY id DESC");
  }
}

}  // namespace tenens::store
