#include "store/sqlite/transaction.hpp"

namespace tenens::store {

std::vector<Instance> SqliteTx::instances() {
  std::vector<Instance> found;
  auto query =
      db_.query("SELECT id, production, ticket_key, created_at FROM instances ORDER BY id DESC");
  while (query.step()) {
    auto& instance = found.emplace_back();
    read(query, instance.id, instance.production, instance.ticket_key, instance.created_at);
  }
  return found;
}

void SqliteTx::insert(const Instance& instance) {
  change("INSERT INTO instances (id, production, ticket_key, created_at) VALUES (?, ?, ?, ?)",
         instance.id, instance.production, instance.ticket_key, instance.created_at);
}

void SqliteTx::update_ticket_key(const Instance& instance) {
  change("UPDATE instances SET ticket_key = ? WHERE id = ?", instance.ticket_key, instance.id);
}

}  // namespace tenens::store
