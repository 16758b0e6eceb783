// How a checkpoint of the audit stands in its table, in every kind of database.
#pragma once

#include <string>

#include "store/schema/columns.hpp"

namespace tenens::store {

inline const std::string kSelectAuditCheckpoint =
    "SELECT instance_id, size, root, jws, created_at FROM audit_checkpoints";
inline const std::string kSelectAuditSeal =
    "SELECT instance_id, size, root, jws, created_at, leaves, peaks FROM audit_checkpoints";

template <class Query>
void read_checkpoint(Query& row, AuditCheckpoint& checkpoint) {
  read(row, checkpoint.instance_id, checkpoint.size, checkpoint.root, checkpoint.jws,
       checkpoint.created_at);
}

template <class Query>
[[nodiscard]] AuditSeal to_seal(Query& row) {
  AuditSeal seal;
  read_checkpoint(row, seal.checkpoint);
  read(row, seal.leaves, seal.peaks);
  return seal;
}

}  // namespace tenens::store
