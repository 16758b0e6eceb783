#include "store/schema/users.hpp"
#include "store/sqlite/transaction.hpp"

namespace tenens::store {
namespace {

void add_query(Filter& filter, const InstanceId& instance, const std::string& part) {
  // instr() needs no escapes, unlike LIKE; lower() folds ASCII only, as the interface says.
  filter.add(
      " AND (instr(lower(id), lower(?)) > 0"
      " OR instr(lower(coalesce(username, '')), lower(?)) > 0"
      " OR instr(lower(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), lower(?)) > 0"
      " OR id IN (SELECT user_id FROM user_emails"
      " WHERE instance_id = ? AND instr(lower(address), lower(?)) > 0))",
      part, part, part, instance, part);
}

Filter to_filter(const InstanceId& instance, const UserFilter& wanted) {
  Filter filter(instance);
  if (!wanted.user_ids.empty()) filter.add_any_of(" AND id IN (", wanted.user_ids, ")");
  // In subqueries, because beside an ORDER BY id SQLite would rather walk through all users.
  if (!wanted.external_ids.empty()) {
    filter.add(" AND id IN (SELECT id FROM users WHERE instance_id = ?", instance);
    filter.add_any_of(" AND external_id IN (", wanted.external_ids, "))");
  }
  if (!wanted.usernames.empty()) {
    filter.add(" AND id IN (SELECT id FROM users WHERE instance_id = ?", instance);
    filter.add_any_of(" AND username IN (", wanted.usernames, "))");
  }
  if (!wanted.email_addresses.empty()) {
    // Named, because without statistics SQLite would rather walk through all addresses.
    filter.add(
        " AND id IN (SELECT user_id FROM user_emails INDEXED BY user_emails_by_address"
        " WHERE instance_id = ?",
        instance);
    filter.add_any_of(" AND lower(address) IN (", folded(wanted.email_addresses), "))");
  }
  if (wanted.query) add_query(filter, instance, *wanted.query);
  return filter;
}

}  // namespace

std::optional<User> SqliteTx::find_user(const InstanceId& instance, const UserId& id) {
  std::optional<User> found;
  {
    static const std::string sql = kSelectUser + " WHERE instance_id = ? AND id = ?";
    auto query = db_.query(sql);
    bind(query, instance, id);
    if (query.step()) found = to_user(query);
  }
  if (found) found->emails = emails_of(instance, id);
  return found;
}

std::vector<User> SqliteTx::users(const InstanceId& instance, const UserFilter& wanted, Page page) {
  auto filter = to_filter(instance, wanted);
  add_order(filter, wanted);
  filter.add_page(page);

  std::vector<User> found;
  {
    // Not kept: with lists of any length there is no end to these texts.
    auto query = db_.query_once(kSelectUser + filter.sql());
    filter.bind_to(query);
    while (query.step()) found.push_back(to_user(query));
  }
  for (auto& user : found) user.emails = emails_of(instance, user.id);
  return found;
}

std::int64_t SqliteTx::count_users(const InstanceId& instance, const UserFilter& wanted) {
  const auto filter = to_filter(instance, wanted);
  auto query = db_.query_once("SELECT count(*) FROM users" + filter.sql());
  filter.bind_to(query);
  return query.step() ? query.integer() : 0;
}

bool SqliteTx::insert(const User& user, std::string& taken) {
  taken = taken_identifier(user);
  if (!taken.empty()) return false;

  shared_.standings.clear();
  change(
      "INSERT INTO users (instance_id, id, external_id, username, first_name, last_name,"
      " primary_email_id, public_metadata, private_metadata, unsafe_metadata, banned,"
      " last_sign_in_at, created_at, updated_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      user.instance_id, user.id, user.external_id, user.username, user.first_name, user.last_name,
      user.primary_email_id, user.public_metadata, user.private_metadata, user.unsafe_metadata,
      user.banned, user.last_sign_in_at, user.created_at, user.updated_at);
  insert_emails(user);
  return true;
}

bool SqliteTx::update(const User& user, std::string& taken) {
  taken = taken_identifier(user);
  if (!taken.empty()) return false;

  shared_.standings.clear();
  const auto changed = change(
      "UPDATE users SET external_id = ?, username = ?, first_name = ?, last_name = ?,"
      " primary_email_id = ?, public_metadata = ?, private_metadata = ?, unsafe_metadata = ?,"
      " banned = ?, last_sign_in_at = ?, created_at = ?, updated_at = ?"
      " WHERE instance_id = ? AND id = ?",
      user.external_id, user.username, user.first_name, user.last_name, user.primary_email_id,
      user.public_metadata, user.private_metadata, user.unsafe_metadata, user.banned,
      user.last_sign_in_at, user.created_at, user.updated_at, user.instance_id, user.id);
  if (changed == 0) return false;
  remove_emails(user.instance_id, user.id);
  insert_emails(user);
  return true;
}

bool SqliteTx::remove_user(const InstanceId& instance, const UserId& id) {
  shared_.standings.clear();
  remove_emails(instance, id);
  if (change("DELETE FROM users WHERE instance_id = ? AND id = ?", instance, id) == 0) return false;
  change("INSERT OR IGNORE INTO removed_users (instance_id, id) VALUES (?, ?)", instance, id);
  return true;
}

Standing SqliteTx::standing(const InstanceId& instance, const UserId& id) {
  if (is_from_outside(id)) return Standing::unknown;
  const auto known = shared_.standings.find(std::tie(instance, id));
  if (known != shared_.standings.end()) return known->second;
  const auto standing = read_standing(instance, id);
  shared_.standings.emplace(std::tie(instance, id), standing);
  return standing;
}

Standing SqliteTx::read_standing(const InstanceId& instance, const UserId& id) {
  auto query = db_.query("SELECT banned FROM users WHERE instance_id = ? AND id = ?");
  bind(query, instance, id);
  if (query.step()) return query.boolean() ? Standing::banned : Standing::usable;
  auto removed = db_.query("SELECT 1 FROM removed_users WHERE instance_id = ? AND id = ?");
  bind(removed, instance, id);
  return removed.step() ? Standing::removed : Standing::unknown;
}

}  // namespace tenens::store
