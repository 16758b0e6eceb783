#include "store/sqlite/transaction.hpp"

namespace tenens::store {

std::optional<Client> SqliteTx::find_client(const InstanceId& instance, const ClientId& id) {
  auto query = db_.query(
      "SELECT instance_id, id, cookie_digest, last_active_session_id, restorable_session_id,"
      " created_at, updated_at FROM clients WHERE instance_id = ? AND id = ?");
  bind(query, instance, id);
  if (!query.step()) return std::nullopt;
  Client client;
  read(query, client.instance_id, client.id, client.cookie_digest, client.last_active_session_id,
       client.restorable_session_id, client.created_at, client.updated_at);
  return client;
}

void SqliteTx::insert(const Client& client) {
  change(
      "INSERT INTO clients"
      " (instance_id, id, cookie_digest, last_active_session_id, restorable_session_id,"
      " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      client.instance_id, client.id, client.cookie_digest, client.last_active_session_id,
      client.restorable_session_id, client.created_at, client.updated_at);
}

void SqliteTx::update(const Client& client) {
  change(
      "UPDATE clients SET cookie_digest = ?, last_active_session_id = ?,"
      " restorable_session_id = ?, created_at = ?, updated_at = ? WHERE instance_id = ? AND id = ?",
      client.cookie_digest, client.last_active_session_id, client.restorable_session_id,
      client.created_at, client.updated_at, client.instance_id, client.id);
}

}  // namespace tenens::store
