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

void PostgresTx::change_rows(std::string_view sql, std::vector<Parameters>& rows) {
  auto query = connection_.query(sql);
  query.bind_columns(std::exchange(rows, {}));
  run_change(query);
}

void PostgresTx::post_rows(std::string_view sql, std::vector<Parameters>& rows) {
  if (rows.empty()) return;
  auto query = connection_.query(sql);
  query.bind_columns(std::exchange(rows, {}));
  query.post();
}

void PostgresTx::write_new_rows() {
  write_new_actor_tokens();
  write_new_clients();
  write_new_sessions();
}

void PostgresTx::look_ahead(const std::vector<const Foresight*>& abouts) {
  std::set<std::pair<InstanceId, ActorTokenId>> tokens;
  std::set<std::pair<InstanceId, UserId>> users;
  std::set<std::pair<InstanceId, UserId>> standings;
  for (const auto* about : abouts) {
    if (about->actor_token_id) tokens.emplace(about->instance_id, *about->actor_token_id);
    for (const auto& id : about->user_ids) {
      if (!is_from_outside(id)) standings.emplace(about->instance_id, id);
    }
  }
  hold_actor_tokens(tokens);
  for (const auto& [key, token] : shared_.actor_tokens) {
    users.emplace(token.instance_id, token.user_id);
    const UserId actor{token.actor.sub};
    if (!is_from_outside(actor)) users.emplace(token.instance_id, actor);
  }
  hold_users(users);
  hold_standings(standings);
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
