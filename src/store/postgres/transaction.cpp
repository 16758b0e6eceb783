#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {

std::int64_t PostgresTx::run_change(Query& query) {
  if (mode_ == Mode::alone) connection_.set_savepoint();
  std::int64_t rows = 0;
  try {
    rows = query.run();
  } catch (const PostgresError&) {
    if (mode_ == Mode::alone && !connection_.is_lost()) connection_.roll_back_to_savepoint();
    throw;
  }
  if (mode_ == Mode::alone) connection_.release_savepoint();
  if (rows > 0) dirty_ = changed_ = true;
  return rows;
}

void PostgresTx::run_posted(Query& query) {
  if (mode_ == Mode::alone) {
    run_change(query);
    return;
  }
  query.post();
  dirty_ = changed_ = true;
}

Done read_snapshot(Connection& connection, const std::function<Done(ReadTx&)>& work) {
  /// Ends the transaction however its closure ends.
  struct End {
    Connection& connection;
    ~End() { connection.roll_back(); }
  };
  const End end{connection};
  Shared unused;
  PostgresTx tx(connection, PostgresTx::Mode::read, unused);
  try {
    return work(tx);
  } catch (const StoreError& error) {
    return refuse(Code::unavailable, {}, error.what());
  }
}

}  // namespace tenens::store::postgres
