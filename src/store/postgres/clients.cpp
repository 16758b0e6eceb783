#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {
namespace {

constexpr std::string_view kInsertClient =
    "INSERT INTO clients (instance_id, id, cookie_digest, last_active_session_id,"
    " restorable_session_id, created_at, updated_at)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::text[],"
    " $6::bigint[], $7::bigint[])";

}  // namespace

std::optional<Client> PostgresTx::find_client(const InstanceId& instance, const ClientId& id) {
  static const std::string sql =
      "SELECT instance_id, id, cookie_digest, last_active_session_id, restorable_session_id,"
      " created_at, updated_at FROM clients WHERE instance_id = $1 AND id = $2";
  // One browser signs in once at a time: the second of two must find the first one's session, and
  // its own cookie replaced.
  static const std::string locking_sql = sql + " FOR UPDATE";
  write_new_clients();
  auto query = connection_.query(is_write() ? locking_sql : sql);
  bind(query, instance, id);
  if (!query.step()) return std::nullopt;
  Client client;
  read(query, client.instance_id, client.id, client.cookie_digest, client.last_active_session_id,
       client.restorable_session_id, client.created_at, client.updated_at);
  return client;
}

void PostgresTx::insert(const Client& client) {
  insert_row(shared_.new_clients, kInsertClient, client.instance_id, client.id,
             client.cookie_digest, client.last_active_session_id, client.restorable_session_id,
             client.created_at, client.updated_at);
}

void PostgresTx::write_new_clients() {
  post_rows(kInsertClient, shared_.new_clients);
}

void PostgresTx::update(const Client& client) {
  write_new_clients();
  change(
      "UPDATE clients SET cookie_digest = $1, last_active_session_id = $2,"
      " restorable_session_id = $3, created_at = $4, updated_at = $5"
      " WHERE instance_id = $6 AND id = $7",
      client.cookie_digest, client.last_active_session_id, client.restorable_session_id,
      client.created_at, client.updated_at, client.instance_id, client.id);
}

}  // namespace tenens::store::postgres
