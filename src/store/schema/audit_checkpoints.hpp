// How a checkpoint of the audit stands in its table, in every kind of database.
#pragma once

#include <string_view>

#include "store/schema/columns.hpp"

namespace tenens::store {

inline constexpr std::string_view kSelectAuditSeal =
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
