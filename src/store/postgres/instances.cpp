#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {

std::vector<Instance> PostgresTx::instances() {
  std::vector<Instance> found;
  // A write that asks which instances there are will make the first: two nodes that start on an
  // empty database at once must not both find none. Such writes are rare enough for a table's lock.
  if (is_write()) connection_.execute("LOCK TABLE instances IN SHARE ROW EXCLUSIVE MODE");
  auto query = connection_.query(
      "SELECT id, production, ticket_key, created_at FROM instances ORDER BY id DESC");
  while (query.step()) {
    auto& instance = found.emplace_back();
    read(query, instance.id, instance.production, instance.ticket_key, instance.created_at);
  }
  return found;
}

void PostgresTx::insert(const Instance& instance) {
  change("INSERT INTO instances (id, production, ticket_key, created_at) VALUES ($1, $2, $3, $4)",
         instance.id, instance.production, instance.ticket_key, instance.created_at);
}

void PostgresTx::update_ticket_key(const Instance& instance) {
  change("UPDATE instances SET ticket_key = $1 WHERE id = $2", instance.ticket_key, instance.id);
}

}  // namespace tenens::store::postgres
