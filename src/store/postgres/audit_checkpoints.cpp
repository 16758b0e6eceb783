#include "store/schema/audit_checkpoints.hpp"
#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {

std::vector<AuditCheckpoint> PostgresTx::audit_checkpoints(const InstanceId& instance, Page page) {
  Filter filter(instance);
  filter.add(" ORDER BY size DESC");
  filter.add_page(page);

  std::vector<AuditCheckpoint> found;
  auto query = connection_.query(kSelectAuditCheckpoint + filter.sql());
  filter.bind_to(query);
  while (query.step()) read_checkpoint(query, found.emplace_back());
  return found;
}

std::int64_t PostgresTx::count_audit_checkpoints(const InstanceId& instance) {
  auto query = connection_.query("SELECT count(*) FROM audit_checkpoints WHERE instance_id = $1");
  bind(query, instance);
  return query.step() ? query.integer() : 0;
}

std::optional<AuditSeal> PostgresTx::newest_audit_seal(const InstanceId& instance) {
  static const auto sql = kSelectAuditSeal + " WHERE instance_id = $1 ORDER BY size DESC LIMIT 1";
  auto query = connection_.query(sql);
  bind(query, instance);
  if (!query.step()) return std::nullopt;
  return to_seal(query);
}

std::vector<AuditSeal> PostgresTx::audit_seals_after(const InstanceId& instance, std::int64_t size,
                                                     std::int64_t at_most) {
  static const auto sql =
      kSelectAuditSeal + " WHERE instance_id = $1 AND size > $2 ORDER BY size LIMIT $3";
  std::vector<AuditSeal> found;
  auto query = connection_.query(sql);
  bind(query, instance, size, at_most);
  while (query.step()) found.push_back(to_seal(query));
  return found;
}

void PostgresTx::insert(const AuditSeal& seal) {
  const auto& checkpoint = seal.checkpoint;
  post_change(
      "INSERT INTO audit_checkpoints (instance_id, size, root, jws, created_at, leaves, peaks)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (instance_id, size) DO NOTHING",
      checkpoint.instance_id, checkpoint.size, checkpoint.root, checkpoint.jws,
      checkpoint.created_at, seal.leaves, seal.peaks);
}

}  // namespace tenens::store::postgres
