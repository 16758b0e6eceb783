// Moving a database from a file to PostgreSQL.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/store.hpp"
#include "crypto/digest.hpp"

namespace tenens::store {

struct TransferProgress {
  enum class Stage { reading, copying, verifying };
  Stage stage{};
  std::string table;
  std::int64_t rows = 0;  // that are done, of the whole stage
  std::int64_t of = 0;    // 0: not known yet
};

struct TransferOptions {
  std::string sqlite_path;
  std::string postgres_url;
  std::function<void(const TransferProgress&)> on_progress = [](const TransferProgress&) {};
};

struct TransferredTable {
  std::string name;
  std::int64_t rows = 0;
  crypto::Sha256 digest{};
};

struct Transferred {
  std::vector<TransferredTable> tables;
  bool resumed = false;
  bool was_complete = false;  // before; nothing was done
};

/// Carries every row of every table, as it is, into an empty database, and then compares count and
/// digest of each table, read anew on both sides. The file is locked against servers and not
/// changed. May be interrupted at any point and run again; until it has ended, no tenensd starts on
/// the target. Throws StoreError, with a text for the operator that holds no password.
[[nodiscard]] Transferred transfer_to_postgres(const TransferOptions& options);

}  // namespace tenens::store
