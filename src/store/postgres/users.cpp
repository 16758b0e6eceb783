#include "store/schema/users.hpp"
#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {
namespace {

constexpr std::string_view kCancelled = "57014";

const std::string kSelectStanding = "SELECT banned FROM users WHERE instance_id = $1 AND id = $2";

Standing to_standing(Query& row) {
  return row.boolean() ? Standing::banned : Standing::usable;
}

void add_query(Filter& filter, const InstanceId& instance, const std::string& part) {
  // strpos() needs no escapes, unlike LIKE; under this collation lower() folds ASCII only, as the
  // interface says.
  filter.add(
      " AND (strpos(lower(id), lower(? COLLATE \"C\")) > 0"
      " OR strpos(lower(coalesce(username, '')), lower(? COLLATE \"C\")) > 0"
      " OR strpos(lower(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), lower(? "
      "COLLATE \"C\")) > 0"
      " OR id IN (SELECT user_id FROM user_emails"
      " WHERE instance_id = ? AND strpos(lower(address), lower(? COLLATE \"C\")) > 0))",
      part, part, part, instance, part);
}

Filter to_filter(const InstanceId& instance, const UserFilter& wanted) {
  Filter filter(instance);
  if (!wanted.user_ids.empty()) filter.add_any_of(" AND id IN (", wanted.user_ids, ")");
  if (!wanted.external_ids.empty()) {
    filter.add_any_of(" AND external_id IN (", wanted.external_ids, ")");
  }
  if (!wanted.usernames.empty()) filter.add_any_of(" AND username IN (", wanted.usernames, ")");
  if (!wanted.email_addresses.empty()) {
    filter.add(" AND id IN (SELECT user_id FROM user_emails WHERE instance_id = ?", instance);
    filter.add_any_of(" AND lower(address) IN (", folded(wanted.email_addresses), "))");
  }
  if (wanted.query) add_query(filter, instance, *wanted.query);
  return filter;
}

}  // namespace

std::optional<User> PostgresTx::read_user(const InstanceId& instance, const UserId& id,
                                          bool to_update) {
  std::optional<User> found;
  {
    static const std::string sql = kSelectUser + " WHERE instance_id = $1 AND id = $2";
    // Who may act as whom is decided on this row: a ban or a removal on another node waits until
    // that decision is committed, or is seen by it. Shared, since one person's tokens are redeemed
    // on many nodes at once.
    static const std::string shared_sql = sql + " FOR SHARE";
    // Two that held it shared and then changed it would wait for each other.
    static const std::string own_sql = sql + " FOR UPDATE";
    auto query = connection_.query(to_update ? own_sql : is_write() ? shared_sql : sql);
    bind(query, instance, id);
    if (query.step()) found = to_user(query);
  }
  if (found) found->emails = emails_of(instance, id);
  return found;
}

void PostgresTx::hold_users(const std::set<std::pair<InstanceId, UserId>>& wanted) {
  // Those that somebody is changing are waited for by the closures that want them.
  static const std::string sql =
      kSelectUser + " WHERE instance_id = $1 AND id = $2 FOR SHARE SKIP LOCKED";
  std::vector<Query> queries;  // of each user: the row, then its addresses
  for (const auto& [instance, id] : wanted) {
    bind(queries.emplace_back(connection_.query(sql)), instance, id);
    bind(queries.emplace_back(connection_.query(kEmails)), instance, id);
  }
  connection_.run_together(queries);
  for (std::size_t i = 0; i < queries.size(); i += 2) {
    if (!queries[i].step()) continue;
    auto user = to_user(queries[i]);
    user.emails = to_emails(queries[i + 1]);
    auto key = std::pair(user.instance_id, user.id);
    shared_.users.emplace(std::move(key), std::move(user));
  }
}

std::optional<User> PostgresTx::find_user(const InstanceId& instance, const UserId& id) {
  const auto known = shared_.users.find({instance, id});
  if (known != shared_.users.end()) return known->second;
  return shared_.users.emplace(std::pair(instance, id), read_user(instance, id)).first->second;
}

/// Before `id` is changed: its row, held until the end. One that is held shared goes from one
/// holder to the next, past whoever waits to change it: while tokens that name a user are made all
/// the time, a ban of theirs would never have its turn. Locks of a table are given in turn.
void PostgresTx::queue_for_user(const InstanceId& instance, const UserId& id) {
  const auto finds = [&](std::string_view sql) {
    auto query = connection_.query(sql);
    bind(query, instance, id);
    return query.step();
  };
  static const std::string sql = "SELECT 1 FROM users WHERE instance_id = $1 AND id = $2";
  static const std::string waiting_sql = sql + " FOR UPDATE";
  static const std::string free_sql = waiting_sql + " SKIP LOCKED";
  if (mode_ == Mode::together) {
    // Its company may hold users as well, and two that do would wait for each other.
    if (!finds(free_sql) && finds(sql)) connection_.step_aside("somebody holds the user");
    return;
  }
  connection_.set_savepoint();
  try {
    // Behind whoever has locked the table already, so that what is timed is the wait for the row;
    // `lock_timeout` would begin anew with each of the holders that overtake it.
    connection_.execute(
        "LOCK TABLE users IN ROW SHARE MODE;"
        " SET LOCAL statement_timeout = '300ms'");
    (void)finds(waiting_sql);
  } catch (const PostgresError& error) {
    if (error.sqlstate() != kCancelled) throw;
    // With the lock of the table that goes with the wait for a row: two who had it would wait for
    // each other.
    connection_.roll_back_to_savepoint();
    // Whatever names any user waits meanwhile: not for as long as an operator may hold a row.
    connection_.execute("SET LOCAL lock_timeout = '2s'");
    connection_.execute("LOCK TABLE users IN EXCLUSIVE MODE");
    connection_.execute("SET LOCAL lock_timeout = 0");
  }
  connection_.release_savepoint();
  connection_.execute("SET LOCAL statement_timeout = " + std::string(kStatementTime));
}

std::optional<User> PostgresTx::find_user_to_update(const InstanceId& instance, const UserId& id) {
  queue_for_user(instance, id);
  return read_user(instance, id, true);
}

std::vector<User> PostgresTx::users(const InstanceId& instance, const UserFilter& wanted,
                                    Page page) {
  auto filter = to_filter(instance, wanted);
  add_order(filter, wanted);
  filter.add_page(page);

  std::vector<User> found;
  {
    // Not kept: with lists of any length there is no end to these texts.
    auto query = connection_.query_once(kSelectUser + filter.sql());
    filter.bind_to(query);
    while (query.step()) found.push_back(to_user(query));
  }
  for (auto& user : found) user.emails = emails_of(instance, user.id);
  return found;
}

std::int64_t PostgresTx::count_users(const InstanceId& instance, const UserFilter& wanted) {
  const auto filter = to_filter(instance, wanted);
  auto query = connection_.query_once("SELECT count(*) FROM users" + filter.sql());
  filter.bind_to(query);
  return query.step() ? query.integer() : 0;
}

/// Runs changes whose identifiers nobody else had when last asked.
template <class Changes>
auto PostgresTx::without_rivals(Changes changes) {
  constexpr std::string_view kUniqueViolation = "23505";
  try {
    return changes();
  } catch (const PostgresError& error) {
    if (error.sqlstate() == kUniqueViolation) connection_.conflict(error.what());
    throw;
  }
}

bool PostgresTx::insert(const User& user, std::string& taken) {
  taken = taken_identifier(user);
  if (!taken.empty()) return false;
  shared_.forget_users();

  without_rivals([&] {
    change(
        "INSERT INTO users (instance_id, id, external_id, username, first_name, last_name,"
        " primary_email_id, public_metadata, private_metadata, unsafe_metadata, banned,"
        " last_sign_in_at, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        user.instance_id, user.id, user.external_id, user.username, user.first_name, user.last_name,
        user.primary_email_id, user.public_metadata, user.private_metadata, user.unsafe_metadata,
        user.banned, user.last_sign_in_at, user.created_at, user.updated_at);
    insert_emails(user);
  });
  return true;
}

bool PostgresTx::update(const User& user, std::string& taken) {
  taken = taken_identifier(user);
  if (!taken.empty()) return false;
  shared_.forget_users();

  return without_rivals([&] {
    const auto changed = change(
        "UPDATE users SET external_id = $1, username = $2, first_name = $3, last_name = $4,"
        " primary_email_id = $5, public_metadata = $6, private_metadata = $7, unsafe_metadata = $8,"
        " banned = $9, last_sign_in_at = $10, created_at = $11, updated_at = $12"
        " WHERE instance_id = $13 AND id = $14",
        user.external_id, user.username, user.first_name, user.last_name, user.primary_email_id,
        user.public_metadata, user.private_metadata, user.unsafe_metadata, user.banned,
        user.last_sign_in_at, user.created_at, user.updated_at, user.instance_id, user.id);
    if (changed == 0) return false;
    remove_emails(user.instance_id, user.id);
    insert_emails(user);
    return true;
  });
}

bool PostgresTx::remove_user(const InstanceId& instance, const UserId& id) {
  shared_.forget_users();
  queue_for_user(instance, id);
  // The user first, as who changes one.
  if (change("DELETE FROM users WHERE instance_id = $1 AND id = $2", instance, id) == 0)
    return false;
  remove_emails(instance, id);
  change(
      "INSERT INTO removed_users (instance_id, id) VALUES ($1, $2)"
      " ON CONFLICT (instance_id, id) DO NOTHING",
      instance, id);
  return true;
}

void PostgresTx::hold_standings(const std::set<std::pair<InstanceId, UserId>>& wanted) {
  static const std::string sql = kSelectStanding + " FOR SHARE SKIP LOCKED";  // as hold_users
  std::vector<Query> queries;
  for (const auto& [instance, id] : wanted) {
    bind(queries.emplace_back(connection_.query(sql)), instance, id);
  }
  connection_.run_together(queries);
  auto query = queries.begin();
  for (const auto& key : wanted) {
    if (query->step()) shared_.standings.emplace(key, to_standing(*query));
    ++query;
  }
}

Standing PostgresTx::standing(const InstanceId& instance, const UserId& id) {
  if (is_from_outside(id)) return Standing::unknown;
  const std::pair key(instance, id);
  if (const auto known = shared_.standings.find(key); known != shared_.standings.end()) {
    return known->second;
  }
  const auto user = shared_.users.find(key);
  if (user != shared_.users.end() && user->second) return standing_of(*user->second);
  return shared_.standings.emplace(key, read_standing(instance, id)).first->second;
}

Standing PostgresTx::read_standing(const InstanceId& instance, const UserId& id) {
  {
    static const std::string locking_sql = kSelectStanding + " FOR SHARE";  // as read_user
    auto query = connection_.query(is_write() ? locking_sql : kSelectStanding);
    bind(query, instance, id);
    if (query.step()) return to_standing(query);
  }
  // Who was being removed is found now, for that was waited for.
  auto query = connection_.query("SELECT 1 FROM removed_users WHERE instance_id = $1 AND id = $2");
  bind(query, instance, id);
  return query.step() ? Standing::removed : Standing::unknown;
}

}  // namespace tenens::store::postgres
