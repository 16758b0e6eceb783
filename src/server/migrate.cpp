#include "server/migrate.hpp"

#include <iomanip>
#include <iostream>

#include "base/hex.hpp"
#include "crypto/digest.hpp"
#include "server/fail.hpp"
#include "server/progress.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/transfer/transfer.hpp"

namespace tenens::server {
namespace {

using store::TransferProgress;

std::string_view verb(TransferProgress::Stage stage) {
  switch (stage) {
    case TransferProgress::Stage::reading: return "reading";
    case TransferProgress::Stage::copying: return "copying";
    case TransferProgress::Stage::verifying: return "verifying";
  }
  return {};
}

void print(const store::Transferred& done) {
  std::cout << std::left << std::setw(18) << "TABLE" << std::right << std::setw(10) << "ROWS"
            << "  SHA-256\n";
  for (const auto& table : done.tables) {
    std::cout << std::left << std::setw(18) << table.name << std::right << std::setw(10)
              << table.rows << "  " << to_hex(crypto::as_bytes(table.digest).substr(0, 8)) << "…\n";
  }
}

}  // namespace

int migrate(const Config& config) {
  store::TransferOptions options{.sqlite_path = config.migrate_from,
                                 .postgres_url = std::string(config.postgres_url->expose())};
  store::Transferred done;
  try {
    ProgressText text;
    options.on_progress = [&](const TransferProgress& progress) {
      text.show(verb(progress.stage), progress.rows, progress.of, progress.table);
    };
    done = store::transfer_to_postgres(options);
  } catch (const StoreError& error) {
    return fail(error.what());
  }
  print(done);
  std::cout << (done.was_complete ? "complete already; nothing was done\n"
                : done.resumed    ? "complete, after an interruption; every table verified\n"
                                  : "complete; every table verified\n");
  std::cerr << "note: " << config.migrate_from
            << " is as it was, and a server on it would take the same tickets again: put it away\n";
  return 0;
}

}  // namespace tenens::server
