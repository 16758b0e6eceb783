#include "store/schema/audit_checkpoints.hpp"
#include "store/sqlite/transaction.hpp"

namespace tenens::store {

std::vector<AuditCheckpoint> SqliteTx::audit_checkpoints(const InstanceId& instance, Page page) {
  Filter filter(instance);
  filter.add(" ORDER BY size DESC");
  filter.add_page(page);

  std::vector<AuditCheckpoint> found;
  auto query = db_.query(kSelectAuditCheckpoint + filter.sql());
  filter.bind_to(query);
  while (query.step()) read_checkpoint(query, found.emplace_back());
  return found;
}

std::int64_t SqliteTx::count_audit_checkpoints(const InstanceId& instance) {
  auto query = db_.query("SELECT count(*) FROM audit_checkpoints WHERE instance_id = ?");
  bind(query, instance);
  return query.step() ? query.integer() : 0;
}

std::optional<AuditSeal> SqliteTx::newest_audit_seal(const InstanceId& instance) {
  static const auto sql = kSelectAuditSeal + " WHERE instance_id = ? ORDER BY size DESC LIMIT 1";
  auto query = db_.query(sql);
  bind(query, instance);
  if (!query.step()) return std::nullopt;
  return to_seal(query);
}

std::vector<AuditSeal> SqliteTx::audit_seals_after(const InstanceId& instance, std::int64_t size,
                                                   std::int64_t at_most) {
  static const auto sql =
      kSelectAuditSeal + " WHERE instance_id = ? AND size > ? ORDER BY size LIMIT ?";
  std::vector<AuditSeal> found;
  auto query = db_.query(sql);
  bind(query, instance, size, at_most);
  while (query.step()) found.push_back(to_seal(query));
  return found;
}

void SqliteTx::insert(const AuditSeal& seal) {
  const auto& checkpoint = seal.checkpoint;
  change(
      "INSERT INTO audit_checkpoints (instance_id, size, root, jws, created_at, leaves, peaks)"
      " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (instance_id, size) DO NOTHING",
      checkpoint.instance_id, checkpoint.size, checkpoint.root, checkpoint.jws,
      checkpoint.created_at, seal.leaves, seal.peaks);
}

}  // namespace tenens::store
