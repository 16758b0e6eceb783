#include "store/sqlite/transaction.hpp"

namespace tenens::store {

Snapshot::Snapshot(Db& db) : db_(db) {
  db_.query("BEGIN DEFERRED").run();
}

Snapshot::~Snapshot() {
  try {
    if (db_.in_transaction()) db_.query("COMMIT").run();
  } catch (const StoreError&) {
    // Nothing was changed that could be lost.
  }
}

Done Snapshot::read(const std::function<Done(ReadTx&)>& work) {
  try {
    SqliteTx tx(db_, shared_);
    return work(tx);
  } catch (const StoreError& error) {
    return refuse(Code::unavailable, {}, error.what());
  }
}

void SqliteTx::keep() {
  if (!savepoint_open_) return;
  savepoint_open_ = false;
  db_.query("RELEASE closure").run();
}

bool SqliteTx::undo() {
  if (!savepoint_open_) return !changed_;
  savepoint_open_ = false;
  changed_ = false;
  shared_.forget();
  db_.query("ROLLBACK TO closure").run();
  db_.query("RELEASE closure").run();
  return true;
}

void SqliteTx::begin_change() {
  // Some errors make SQLite roll everything back by itself. A closure that swallowed such an error
  // must not go on outside of any transaction, where each statement would commit on its own.
  if (!db_.in_transaction()) throw StoreError("the transaction has been rolled back");
  if (mode_ == Undo::alone && !savepoint_open_) {
    db_.query("SAVEPOINT closure").run();
    savepoint_open_ = true;
  }
  changed_ = true;
}

Done read_snapshot(Db& db, const std::function<Done(ReadTx&)>& work) {
  try {
    return Snapshot(db).read(work);
  } catch (const StoreError& error) {
    return refuse(Code::unavailable, {}, error.what());
  }
}

}  // namespace tenens::store
